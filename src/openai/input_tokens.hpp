// What a chat request costs as input: the formula around the token counter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "openai/chat_request.hpp"

namespace weir::openai {

inline constexpr std::uint32_t tokens_to_prime_the_answer = 3;
inline constexpr std::uint32_t tokens_per_message = 3;
inline constexpr std::uint32_t tokens_per_name = 1;

// 3 + Σ messages (3 + T(role) + T(content) + (name: T(name) + 1)), exact on recorded usage of gpt-3.5, 4, 4o and 4.1 (not -0301);
// gpt-5 starts from 2 and adds 2 for each earlier assistant message, which this does not. Tools, functions and json_schema are counted as
// their texts (OpenAI's template for them is not published), pictures, audio and files as chat_request::extra_tokens.
// `count_text` gives the tokens of one text. Saturates at 2^32-1.
template <class F>
std::uint32_t count_input(const chat_request& r, F&& count_text) {
  std::uint64_t sum = tokens_to_prime_the_answer;
  sum += std::uint64_t{tokens_per_message} * r.message_count + std::uint64_t{tokens_per_name} * r.name_count + r.extra_tokens;
  r.for_each_text([&](std::string_view text) { sum += count_text(text); });
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace weir::openai
