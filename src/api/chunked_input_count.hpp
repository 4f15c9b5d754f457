// Counts the input tokens of one large request, a chunk of bytes at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "openai/chat_request.hpp"
#include "openai/input_tokens.hpp"
#include "tokens/encoding.hpp"

namespace weir::api {

// The arguments of the constructor must outlive it. Not thread-safe.
class chunked_input_count {
 public:
  chunked_input_count(const openai::chat_request& r, const tokens::encoding& encoding,
                      tokens::token_cache& cache, std::uint32_t enough)
      : request_(r),
        encoding_(encoding),
        cache_(cache),
        enough_(enough),
        sum_(openai::frame_tokens(r, openai::family_of(r.model))) {}

  // Counts about `bytes` more. True when the count is complete, or above `enough`.
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
  // The count so far; meaningful once run() returned true.
  std::uint32_t tokens() const { return openai::saturated(sum_); }

 private:
  // The cost of beginning and ending a text, in bytes of prose: a megabyte may consist of texts of one
  // letter.
  static constexpr std::size_t bytes_worth_a_text = 16;

  // False where no text is left.
  bool begin_text() {
    if (text_) return true;
    if (next_ == request_.texts.size()) return false;
    const auto span = request_.texts[next_++];
    rest_ = span.end - span.begin;
    text_.emplace(encoding_, std::string_view(request_.text).substr(span.begin, rest_), cache_);
    return true;
  }
  void end_text() {
    sum_ += text_->tokens();
    text_.reset();
  }

  const openai::chat_request& request_;
  const tokens::encoding& encoding_;
  tokens::token_cache& cache_;
  std::int64_t enough_, sum_;
  std::size_t next_ = 0;
  std::optional<tokens::chunked_count> text_;  // the text that is being counted
  std::size_t rest_ = 0;
};

}  // namespace weir::api
