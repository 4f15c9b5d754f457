// A chat completion: what the upstream produced, and its JSON.
#pragma once

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

}  // namespace weir::openai
