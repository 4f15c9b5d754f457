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
#include "openai/model_family.hpp"

namespace weir::openai {

// What a recording, a file, or a picture whose size is not in the request counts as input: OpenAI's own
// limiter charges about this for any picture (1024x1024 at high detail: 85 + 4 * 170).
inline constexpr std::uint32_t tokens_per_media_part = 765;

// A validated request. Owns its texts (unescaped UTF-8), so it may live across awaits; the body it came from
// may go.
struct chat_request {
  // Bytes [begin, end) of `text`; empty where a repeated field took its place.
  struct span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  std::string model;               // 1 to 256 bytes
  std::uint32_t choice_count = 1;  // n, 1 to 128
  std::optional<std::uint32_t>
      output_cap;  // per choice: the larger of max_completion_tokens and max_tokens; times n it fits 32 bits
  bool stream = false;

  std::uint32_t message_count = 0;
  std::uint32_t name_count = 0;       // messages that carry a name
  std::uint32_t earlier_answers = 0;  // messages of the assistant
  std::int64_t extra_tokens = 0;      // of what is neither text nor picture: calls, tools, recordings, files
  std::vector<image> images;
  std::string
      text;  // every counted text (roles, names, contents, declarations of tools, …), one behind the other
  std::vector<span> texts;  // where each of them lies in `text`

  template <class F>
  void for_each_text(F&& visit) const {
    for (const span s : texts) {
      if (s.begin != s.end) visit(std::string_view(text).substr(s.begin, s.end - s.begin));
    }
  }
};

// Reads bodies; holds the JSON parser's memory. One per worker: use it, do not keep it, across no co_await.
// Of duplicate fields the last counts (all are validated); unknown fields are accepted; a lone surrogate
// counts as U+FFFD.
class chat_reader {
 public:
  chat_reader();
  ~chat_reader();
  chat_reader(const chat_reader&) = delete;
  chat_reader& operator=(const chat_reader&) = delete;

  // `data` has at least 64 readable bytes behind `size`. The error is the 400 to answer with; what is not
  // JSON at all is told first.
  result<chat_request, api_error> read(const char* data, std::size_t size);

  // Gives a request's memory back, so that the next read allocates nothing. Optional.
  void recycle(chat_request&& done) noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace weir::openai
