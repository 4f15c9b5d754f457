// Merges several words that are not one token at the same time: while one waits for memory, the others
// proceed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tokens/tables.hpp"
#include "tokens/token_cache.hpp"

namespace weir::tokens {

// Each word is merged as the encodings define it: the two neighbours that make the lowest token are merged,
// the leftmost first, until no pair can be merged. Only the number of tokens matters, not the order of the
// words. A single word would spend most of its time waiting: every merge leads to two loads from megabytes of
// tables, whose addresses depend on it.
class word_merger {
 public:
  static constexpr std::size_t capacity = 192;

  word_merger(const tables& t, token_cache& cache) : tables_(t), cache_(cache) {}

  // Adds a word of at most longest_word bytes by its key.
  void add(const long_word& key) { words_[used_++] = key; }
  // Returns the number of tokens of all words, caches each, and empties the merger.
  std::uint32_t count();

 private:
  const tables& tables_;
  token_cache& cache_;
  std::size_t used_ = 0;
  std::array<long_word, capacity> words_;  // not initialised, since most texts have few
};

}  // namespace weir::tokens
