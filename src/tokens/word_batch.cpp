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
    tokens += tables_.words_for(w.size).holds(w.slot, w.key()) ? 1 : encode(w);
  }
  used_ = 0;
  return tokens;
}

std::uint32_t word_batch::encode(const waiting& w) {
  if (const std::uint32_t known = memory_.tokens_of(w.key()); known != 0) return known;
  const std::uint32_t tokens = count_small_piece(tables_, memory_, w.at, w.size);
  memory_.remember(w.key(), tokens);
  return tokens;
}

}  // namespace weir::tokens
