// Counts the input tokens of a request: small requests at once, large ones in chunks.
#pragma once

#include <cstdint>
#include <optional>

#include "base/awaitable.hpp"
#include "base/fair_mutex.hpp"
#include "openai/chat_request.hpp"
#include "tokens/encodings.hpp"

namespace weir::api {

// One object per worker, used on its thread. The encodings and the caches must outlive it.
class input_counter {
 public:
  // Between two chunks, of one request or of two, the worker serves everything else. A chunk takes 0.03 ms of
  // prose, and 0.7 ms of the worst text that is known (docs/tokens.md).
  static constexpr std::size_t chunk_bytes = 16U << 10U;
  // The longest token of any encoding: a text has at least one token for each so many bytes.
  static constexpr std::size_t longest_token_bytes = 128;

  input_counter(const tokens::encodings& encodings, tokens::token_caches& caches)
      : encodings_(encodings), caches_(caches) {}

  static bool is_small(const openai::chat_request& r) { return r.text.size() <= chunk_bytes; }
  // A lower bound of the count, which costs nearly nothing.
  static std::uint32_t at_least(const openai::chat_request& r);

  // The count, at once. For small requests.
  std::uint32_t count(const openai::chat_request& r);
  // The count in chunks; large requests alternate chunk by chunk. It stops where the count exceeds `enough`
  // and returns the count so far. Empty where shut_down() came first. The request must outlive the call.
  awaitable<std::optional<std::uint32_t>> count_in_chunks(const openai::chat_request& r,
                                                          std::uint32_t enough);
  // Ends the chunked counts under way and all later ones.
  void shut_down() { chunks_.close(); }

 private:
  const tokens::encodings& encodings_;
  tokens::token_caches& caches_;
  fair_mutex chunks_;
};

}  // namespace weir::api
