// POST /v1/chat/completions as weir reads it: what decides about admission, and the texts whose tokens count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "openai/api_error.hpp"

namespace weir::openai {

// A validated request. Owns its texts (unescaped UTF-8), so it may live across awaits; the body it came from may go.
struct chat_request {
  std::string model;
  std::uint32_t choice_count = 1;           // n
  std::optional<std::uint32_t> output_cap;  // per choice: the larger of max_completion_tokens and max_tokens
  bool stream = false;

  std::uint32_t message_count = 0;
  std::uint32_t name_count = 0;  // messages that carry a name
  std::string text;              // every counted text (roles, names, contents, tools, …), one behind the other
  std::vector<std::uint32_t> text_ends;  // where each of them ends in `text`

  template <class F>
  void for_each_text(F&& visit) const {
    std::uint32_t begin = 0;
    for (const std::uint32_t end : text_ends) {
      visit(std::string_view(text).substr(begin, end - begin));
      begin = end;
    }
  }
};

// Reads bodies; holds the JSON parser's memory. One per worker: use it, do not keep it, across no co_await.
class chat_reader {
 public:
  chat_reader();
  ~chat_reader();
  chat_reader(const chat_reader&) = delete;
  chat_reader& operator=(const chat_reader&) = delete;

  // `data` has at least 64 readable bytes behind `size`. The error is the 400 (or 404) to answer with.
  result<chat_request, api_error> read(const char* data, std::size_t size);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace weir::openai
