#include "tokens/word_batch.hpp"

namespace weir::tokens {

template <class IsToken>
std::uint32_t word_batch::count_tokens(list& words, IsToken&& is_token) {
  std::uint32_t tokens = 0;
  const waiting* others[capacity];
  std::size_t other_count = 0;
  for (std::size_t i = 0; i < words.used; ++i) {
    const waiting& w = words.all[i];
    if (is_token(w)) {
      ++tokens;
    } else {
      cache_.prefetch(w.key);
      others[other_count++] = &w;
    }
  }
  for (std::size_t i = 0; i < other_count; ++i) {
    const waiting& w = *others[i];
    const std::uint32_t known = cache_.tokens_of(w.key);
    if (known == 0) merger_.add(w.key);
    tokens += known;
  }
  words.used = 0;
  return tokens;
}

std::uint32_t word_batch::count() {
  const std::uint32_t of_short =
      count_tokens(lists_[0], [](const waiting& w) { return tables::has_short(w.line, w.key.low); });
  const std::uint32_t of_long =
      count_tokens(lists_[1], [](const waiting& w) { return tables::has_long(w.line, w.key); });
  return of_short + of_long + merger_.count();
}

}  // namespace weir::tokens
