// A word of at most 15 bytes as one or two numbers: what the tables of whole words are searched by.
#pragma once

#include <cstring>
#include <string_view>

#include "tokens/table_format.hpp"

namespace weir::tokens {

// The bytes, zeros, and the length in the last byte (of `low` where the word is short, else of `high`).
// Longer words have no key; their result means nothing.
inline long_word make_word_key(std::string_view word) {
  long_word key;
  if (word.size() <= longest_short_word) {
    std::memcpy(&key.low, word.data(), word.size());
    key.low |= std::uint64_t{word.size()} << 56U;
  } else if (word.size() <= longest_word) {
    std::memcpy(&key.low, word.data(), 8);
    std::memcpy(&key.high, word.data() + 8, word.size() - 8);
    key.high |= std::uint64_t{word.size()} << 56U;
  }
  return key;
}

}  // namespace weir::tokens
