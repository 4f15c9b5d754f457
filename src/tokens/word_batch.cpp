#include "tokens/word_batch.hpp"

namespace weir::tokens {

std::uint32_t word_batch::count() {
  std::uint32_t tokens = 0;
  std::uint8_t others[capacity];
  std::size_t other_count = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    const waiting& w = words_[i];
    if (tables::holds(w.line, w.key(), w.size)) {
      ++tokens;
    } else {
      memory_.prefetch(w.key());
      others[other_count++] = static_cast<std::uint8_t>(i);
    }
  }
  for (std::size_t i = 0; i < other_count; ++i) {
    const waiting& w = words_[others[i]];
    const std::uint32_t known = memory_.tokens_of(w.key());
    if (known == 0) merger_.add(w.at, w.size);
    tokens += known;
  }
  used_ = 0;
  return tokens + merger_.count();
}

}  // namespace weir::tokens
