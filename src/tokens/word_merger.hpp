// Words that are not one token, on their way to tokens together: while one waits for memory, the others go
// on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tokens/memory.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

// Each is merged as the encodings are defined: of all neighbours the two that make the lowest token, the
// leftmost first, until none can. Only the number of tokens matters, so the order in which words are done
// does not. A word alone would spend most of its time on waiting: every merge leads to two loads from
// megabytes, whose places it has told.
class word_merger {
 public:
  static constexpr std::size_t capacity = 192;

  word_merger(const tables& t, encoding_memory& memory) : tables_(t), memory_(memory) {}

  // A word of at most longest_word bytes by its key.
  void add(const long_word& key) { words_[used_++] = key; }
  // The tokens of all of them, and remembers each; none is left then.
  std::uint32_t count();

 private:
  const tables& tables_;
  encoding_memory& memory_;
  std::size_t used_ = 0;
  std::array<long_word, capacity> words_;  // not initialised: most texts have few
};

}  // namespace weir::tokens
