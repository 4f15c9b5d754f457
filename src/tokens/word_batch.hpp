// Words that wait to be looked up together: while one is fetched from memory, the next are found.
#pragma once

#include <array>
#include <cstdint>

#include "tokens/memory.hpp"
#include "tokens/word_merger.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

// Most words are one token, and the table that says so is larger than the caches next to the processor. So the line of
// each word is asked for when it comes, and looked at when the batch is full.
// Only the number of tokens matters, so the order in which words are answered does not.
class word_batch {
 public:
  static constexpr std::size_t capacity = 96;

  word_batch(const tables& t, encoding_memory& memory) : tables_(t), memory_(memory), merger_(t, memory) {}

  // A word of 2 to 15 bytes; 16 bytes are readable at it until the batch is counted.
  void add(const std::uint8_t* at, std::size_t size) {
    waiting& w = words_[used_++];
    w.at = at;
    w.size = static_cast<std::uint32_t>(size);
    const long_word key = padded_key(at, size);
    w.low = key.low;
    w.high = key.high;
    w.line = tables_.word_line(word_hash(key), size);
    __builtin_prefetch(w.line);
  }
  // Count now: there is no room for the most pieces that 64 bytes may have.
  bool is_full() const { return used_ > capacity - 32; }
  // The tokens of all words; the batch is empty then.
  std::uint32_t count();

 private:
  // Not initialised: most texts are short, and fill a few.
  struct waiting {
    std::uint64_t low, high;  // the key
    const void* line;
    const std::uint8_t* at;
    std::uint32_t size;
    long_word key() const { return {low, high}; }
  };

  const tables& tables_;
  encoding_memory& memory_;
  std::size_t used_ = 0;
  std::array<waiting, capacity> words_;
  word_merger merger_;
};

}  // namespace weir::tokens
