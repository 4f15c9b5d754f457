// A chat completion as the upstream produced it, and its JSON.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::openai {

enum class finish_reason : std::uint8_t { stop, length };

// One of the n choices.
struct choice {
  std::string text;
  std::uint32_t tokens = 0;
  finish_reason finish = finish_reason::stop;
};

struct completion {
  std::vector<choice> choices;
  std::uint32_t output_tokens() const {
    std::uint32_t sum = 0;
    for (const auto& c : choices) sum += c.tokens;
    return sum;
  }
};

// "chatcmpl-" and 29 base62 characters made from 128 random bits.
struct completion_id {
  std::array<char, 38> text{};
  std::string_view view() const { return {text.data(), text.size()}; }
};
completion_id make_completion_id(std::uint64_t random_high, std::uint64_t random_low);

// The fields of the response beside the choices. The views must live for the call.
struct completion_header {
  std::string_view id;
  std::int64_t created = 0;  // unix seconds
  std::string_view model;
  std::uint32_t input_tokens = 0;
  std::string_view node_id;
};

// Appends the JSON of a non-streamed chat.completion, with `node_id` at its end.
void write_completion(std::string& out, const completion&, const completion_header&);

}  // namespace weir::openai
