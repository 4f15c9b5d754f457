// The input tokens of a chat request: the formula around the token counter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "openai/chat_request.hpp"
#include "openai/model_family.hpp"

namespace weir::openai {

// The tokens of a request beside its texts: the frame around messages, calls and tools, and the pictures. May
// be negative.
inline std::int64_t frame_tokens(const chat_request& r, const model_family& family) {
  std::int64_t sum = family.reply_priming + r.extra_tokens;
  sum += std::int64_t{family.per_message} * r.message_count + std::int64_t{family.per_name} * r.name_count;
  sum += std::int64_t{family.per_assistant_message} * r.assistant_messages;
  for (const image& picture : r.images)
    sum += image_tokens(family.images, picture).value_or(tokens_per_media_part);
  return sum;
}

constexpr std::uint32_t saturated(std::int64_t tokens) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(tokens, 0, std::numeric_limits<std::uint32_t>::max()));
}

// The frame plus the sum of T(text) over roles, contents, names, calls, tool declarations and json_schema. It
// is exact on recorded usage for messages of gpt-3.5, 4, 4o, 4.1 and gpt-5, and for function tools of
// gpt-4.1. It is an estimate for tools of gpt-5 (its template is not published), for json_schema (counted as
// it was sent), for recordings and files, and for pictures whose size is not in the request. `count_text`
// returns the tokens of one text. Saturates at 2^32-1.
template <class F>
std::uint32_t count_input(const chat_request& r, const model_family& family, F&& count_text) {
  std::int64_t sum = frame_tokens(r, family);
  r.for_each_text([&](std::string_view text) { sum += count_text(text); });
  return saturated(sum);
}

}  // namespace weir::openai
