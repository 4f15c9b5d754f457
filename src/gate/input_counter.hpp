// What of a request is counted, by which encoding, and in how many goes: small requests at once, large ones
// in slices.
#pragma once

#include <cstdint>
#include <optional>

#include "base/awaitable.hpp"
#include "gate/turn_line.hpp"
#include "openai/chat_request.hpp"
#include "tokens/encodings.hpp"

namespace weir {

// One object per worker. What it works with outlives it.
class input_counter {
 public:
  // Between any two slices, of one request or of two, all others of the worker are served. A slice takes 0.03
  // ms of prose, and 0.7 ms of the worst that is known (docs/tokens.md).
  static constexpr std::size_t slice_bytes = 16U << 10U;
  // The longest token of any encoding: a text has at least a token for each so many bytes.
  static constexpr std::size_t longest_token_bytes = 128;

  input_counter(const tokens::encodings& encodings, tokens::memory& memory)
      : encodings_(encodings), memory_(memory) {}

  static bool is_small(const openai::chat_request& r) { return r.text.size() <= slice_bytes; }
  // Never more than the count; what a large request is known to cost before it is counted.
  static std::uint32_t at_least(const openai::chat_request& r);

  std::uint32_t count(const openai::chat_request& r);
  // Stops where the count is past `enough`, and returns what it has by then. Large requests take turns, slice
  // by slice. Nothing: stop() came first. The request outlives the call.
  awaitable<std::optional<std::uint32_t>> count_in_slices(const openai::chat_request& r,
                                                          std::uint32_t enough);
  // Ends the counts under way, and all later ones in slices. For the end of a node.
  void stop() { turns_.close(); }

 private:
  const tokens::encodings& encodings_;
  tokens::memory& memory_;
  turn_line turns_;
};

}  // namespace weir
