// Words that wait to be looked up together: while one is fetched from memory, the next are found.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "tokens/memory.hpp"
#include "tokens/tables.hpp"
#include "tokens/word_merger.hpp"

namespace weir::tokens {

// Most words are one token, and the table that says so is larger than the caches next to the processor. So
// the line of each word is asked for when it comes, and looked at when the batch is full. Only the number of
// tokens matters, so the order in which words are answered does not: short and long ones wait apart, since a
// branch on the length would be guessed wrong too often.
class word_batch {
 public:
  static constexpr std::size_t capacity = 96;

  word_batch(const tables& t, encoding_memory& memory) : tables_(t), memory_(memory), merger_(t, memory) {}

  // A word of 2 to 15 bytes. It is not looked at again.
  void add(std::string_view word) { add(make_word_key(word), word.size()); }
  // The same, faster, where 16 bytes are readable.
  void add_padded(const std::uint8_t* at, std::size_t size) { add(padded_key(at, size), size); }
  // Count now: there is no room for the most pieces that 64 bytes may have.
  bool is_full() const { return std::max(lists_[0].used, lists_[1].used) > capacity - 32; }
  // The tokens of all words; the batch is empty then.
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

  // What is not one token is remembered, or left to the merger.
  template <class IsToken>
  std::uint32_t count_tokens(list& words, IsToken&& is_token);

  const tables& tables_;
  encoding_memory& memory_;
  list lists_[2];  // short, long
  word_merger merger_;
};

}  // namespace weir::tokens
