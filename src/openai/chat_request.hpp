// A request for POST /v1/chat/completions: the fields that decide on admission, and the texts whose tokens
// count.
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
#include "openai/model_family.hpp"

namespace weir::openai {

// The input tokens of a recording, a file, or a picture whose size is not in the request. OpenAI's own
// limiter charges about this for any picture (1024x1024 at high detail: 85 + 4 * 170).
inline constexpr std::uint32_t tokens_per_media_part = 765;

// A validated request. It owns its texts (unescaped UTF-8), so the body may be freed.
struct chat_request {
  // Bytes [begin, end) of `text`; empty where a repeated field replaced it.
  struct span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  std::string model;               // 1 to 256 bytes
  std::uint32_t choice_count = 1;  // n, 1 to 128
  // For each choice: the larger of max_completion_tokens and max_tokens. Multiplied by n it fits 32 bits.
  std::optional<std::uint32_t> output_cap;
  bool stream = false;

  std::uint32_t message_count = 0;
  std::uint32_t name_count = 0;          // messages that carry a name
  std::uint32_t assistant_messages = 0;  // messages of the assistant
  std::int64_t extra_tokens = 0;         // tokens of calls, tools, recordings and files
  std::vector<image> images;
  // All counted texts (roles, names, contents, tool declarations, ...), concatenated.
  std::string text;
  std::vector<span> texts;  // the range of each text in `text`

  template <class F>
  void for_each_text(F&& visit) const {
    for (const span s : texts) {
      if (s.begin != s.end) visit(std::string_view(text).substr(s.begin, s.end - s.begin));
    }
  }
};

// Reads request bodies and holds the JSON parser's memory. One per worker; a call must not span a co_await.
// Where a field is repeated, the last one counts and all are validated. Unknown fields are accepted. A lone
// surrogate counts as U+FFFD.
class chat_reader {
 public:
  chat_reader();
  ~chat_reader();
  chat_reader(const chat_reader&) = delete;
  chat_reader& operator=(const chat_reader&) = delete;

  // At least 64 bytes must be readable behind `size`. The error is the 400 to respond with; that the body is
  // not JSON takes precedence over wrong fields.
  result<chat_request, api_error> read(const char* data, std::size_t size);

  // Takes the memory of a finished request, so that the next read allocates nothing. Optional.
  void recycle(chat_request&& done) noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace weir::openai
