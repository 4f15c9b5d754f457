// Words that wait to be looked up together: while one is fetched from memory, the next are found.
#pragma once

#include <array>
#include <cstdint>

#include "tokens/memory.hpp"
#include "tokens/piece.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

// Most words are one token, and the table that says so is larger than the caches next to the processor. So each word is looked up in three
// steps, each of them for all words of the batch: its pilot is asked for when it comes, its slot when the batch is full, and then compared.
// Only the number of tokens matters, so the order in which words are answered does not.
class word_batch {
 public:
  static constexpr std::size_t capacity = 64;

  word_batch(const tables& t, encoding_memory& memory) : tables_(t), memory_(memory) {}

  // A word of 2 to 15 bytes; 16 bytes are readable at it until the batch is counted.
  void add(const std::uint8_t* at, std::size_t size) {
    waiting& w = words_[used_++];
    w.at = at;
    w.size = static_cast<std::uint32_t>(size);
    const long_word key = padded_key(at, size);
    w.low = key.low;
    w.high = key.high;
    w.hash = word_hash(key);
    __builtin_prefetch(tables_.words_for(size).pilot(w.hash));
  }
  bool full() const { return used_ == capacity; }
  // The tokens of all words; the batch is empty then.
  std::uint32_t count();

 private:
  // Not initialised: most texts are short, and fill a few.
  struct waiting {
    std::uint64_t low, high;  // the key
    std::uint64_t hash;
    const std::uint64_t* slot;
    const std::uint8_t* at;
    std::uint32_t size;
    long_word key() const { return {low, high}; }
  };

  // What the table of words does not hold: remembered, or encoded.
  std::uint32_t encode(const waiting& w);

  const tables& tables_;
  encoding_memory& memory_;
  std::size_t used_ = 0;
  std::array<waiting, capacity> words_;
};

}  // namespace weir::tokens
