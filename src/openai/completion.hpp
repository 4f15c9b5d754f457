// A chat completion: what the upstream produced, and its JSON.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::openai {

enum class finish_reason : std::uint8_t { stop, length };

// One of the n answers.
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

// "chatcmpl-" and 29 base62 characters, made of the 128 random bits given.
struct completion_id {
  std::array<char, 38> text{};
  std::string_view view() const { return {text.data(), text.size()}; }
};
completion_id make_completion_id(std::uint64_t random_high, std::uint64_t random_low);

// What the answer says beside the choices. Views live for the call.
struct completion_facts {
  std::string_view id;
  std::int64_t created = 0;  // unix seconds
  std::string_view model;
  std::uint32_t input_tokens = 0;
  std::string_view node_id;
};

// Appends the answer's JSON in the shape of a non-streamed chat.completion, and `node_id` at its end. Cost:
// one pass of appends.
void write_completion(std::string& out, const completion&, const completion_facts&);

}  // namespace weir::openai
