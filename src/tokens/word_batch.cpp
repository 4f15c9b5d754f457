#include "tokens/word_batch.hpp"

namespace weir::tokens {

std::uint32_t word_batch::count() {
  for (std::size_t i = 0; i < used_; ++i) {
    waiting& w = words_[i];
    w.slot = tables_.words_for(w.size).slot(w.hash);
    __builtin_prefetch(w.slot);
  }
  std::uint32_t tokens = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    const waiting& w = words_[i];
    tokens += tables_.words_for(w.size).holds(w.slot, w.key) ? 1 : encode(w);
  }
  used_ = 0;
  return tokens;
}

std::uint32_t word_batch::encode(const waiting& w) {
  constexpr std::uint64_t count_bits = std::uint64_t{15} << 60U;  // above the length
  const long_word& key = w.key;
  long_word& known = memory_.word_slot(key);
  if (known.low == key.low && (known.high & ~count_bits) == key.high) return static_cast<std::uint32_t>(known.high >> 60U);
  const std::uint32_t tokens = count_small_piece(tables_, memory_, w.at, w.size);
  known = {key.low, key.high | std::uint64_t{tokens} << 60U};
  return tokens;
}

}  // namespace weir::tokens
