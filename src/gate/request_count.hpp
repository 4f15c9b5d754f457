// The count of one request's input, made in slices: all its texts, one after the other, as far as the caller
// wishes to know.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "openai/chat_request.hpp"
#include "openai/input_tokens.hpp"
#include "tokens/encoding.hpp"

namespace weir {

// What is named lives until the end. The count is past `enough`, or whole.
class request_count {
 public:
  request_count(const openai::chat_request& r, const tokens::encoding& encoding,
                tokens::encoding_memory& memory, std::uint32_t enough)
      : request_(r),
        encoding_(encoding),
        memory_(memory),
        enough_(enough),
        sum_(openai::frame_tokens(r, openai::family_of(r.model))) {}

  // Counts about `bytes` more; true when it is done.
  bool run(std::size_t bytes) {
    for (std::size_t left = bytes; begin_text();) {
      const bool counted = text_->run(left);
      if (sum_ + text_->tokens() > enough_) return end_text(), true;
      if (!counted) {
        rest_ -= std::min(rest_, left);
        return false;
      }
      end_text();
      if (left <= rest_ + bytes_worth_a_text) return next_ == request_.texts.size();
      left -= rest_ + bytes_worth_a_text;
    }
    return true;
  }
  // So far; of use once run() returned true.
  std::uint32_t tokens() const { return openai::saturated(sum_); }

 private:
  // What it costs to begin and end a text, in bytes of prose: a megabyte may be of texts of one letter.
  static constexpr std::size_t bytes_worth_a_text = 16;

  // False: there is none left.
  bool begin_text() {
    if (text_) return true;
    if (next_ == request_.texts.size()) return false;
    const auto span = request_.texts[next_++];
    rest_ = span.end - span.begin;
    text_.emplace(encoding_, std::string_view(request_.text).substr(span.begin, rest_), memory_);
    return true;
  }
  void end_text() {
    sum_ += text_->tokens();
    text_.reset();
  }

  const openai::chat_request& request_;
  const tokens::encoding& encoding_;
  tokens::encoding_memory& memory_;
  std::int64_t enough_, sum_;
  std::size_t next_ = 0;
  std::optional<tokens::counting> text_;  // the one being counted, and about how much of it is to come
  std::size_t rest_ = 0;
};

}  // namespace weir
