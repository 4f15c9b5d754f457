// Looks words up in batches: while the memory of one word is fetched, the next words are found.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "tokens/tables.hpp"
#include "tokens/token_cache.hpp"
#include "tokens/word_merger.hpp"

namespace weir::tokens {

// Most words are one token, and the table that says so is larger than the processor's caches. So the line of
// each word is prefetched when the word is added, and read when the batch is full. Only the number of tokens
// matters, not the order: short and long words are kept apart, because a branch on the length would often be
// mispredicted.
class word_batch {
 public:
  static constexpr std::size_t capacity = 96;

  word_batch(const tables& t, token_cache& cache) : tables_(t), cache_(cache), merger_(t, cache) {}

  // Adds a word of 2 to 15 bytes. Its bytes are not read again.
  void add(std::string_view word) { add(make_word_key(word), word.size()); }
  // The same, but faster; 16 bytes must be readable.
  void add_padded(const std::uint8_t* at, std::size_t size) { add(padded_key(at, size), size); }
  // True where the batch has no room for all pre-tokens that 64 bytes can have, so that it must be counted
  // now.
  bool is_full() const { return std::max(lists_[0].used, lists_[1].used) > capacity - 32; }
  // Returns the number of tokens of all words and empties the batch.
  std::uint32_t count();

 private:
  struct waiting {
    long_word key;
    const void* line;
  };
  struct list {
    std::size_t used = 0;
    std::array<waiting, capacity> all;
  };

  void add(const long_word& key, std::size_t size) {
    const bool is_long = size > longest_short_word;
    list& words = lists_[is_long];
    waiting& w = words.all[words.used++];
    w.key.low = key.low;
    w.key.high = key.high;
    w.line = tables_.line_of_word(word_hash(key), is_long);
    __builtin_prefetch(w.line);
  }

  // A word that is not one token is taken from the cache or passed to the merger.
  template <class IsToken>
  std::uint32_t count_tokens(list& words, IsToken&& is_token);

  const tables& tables_;
  token_cache& cache_;
  list lists_[2];  // short, long
  word_merger merger_;
};

}  // namespace weir::tokens
