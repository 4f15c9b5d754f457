// Reads the fields of a response that a client of the API needs: the usage, or the limit that was reached.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "limit/amounts.hpp"

namespace weir::openai {

// Reads the usage of completions and holds the JSON parser's memory. One for each event loop.
class usage_reader {
 public:
  usage_reader();
  ~usage_reader();
  usage_reader(const usage_reader&) = delete;
  usage_reader& operator=(const usage_reader&) = delete;

  // One request, usage.prompt_tokens and usage.completion_tokens. Empty where the body is not JSON or has no
  // usage. Copies the body once, to have the parser's padding behind it.
  std::optional<limit::amounts> read(std::string_view body);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

// The limit that a 429 names: its message says "on requests per min (RPM)", "input tokens per min (ITPM)" or
// "output tokens per min (OTPM)", or "per 10 s". Empty for a 429 with another message.
std::optional<limit::metric> read_throttled(std::string_view body);

// The delay of a 429 in milliseconds: retry-after-ms, otherwise retry-after in seconds; 0 where neither is a
// number.
std::uint64_t read_retry_ms(std::string_view retry_after_ms, std::string_view retry_after);

}  // namespace weir::openai
