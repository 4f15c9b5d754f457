// A word of at most 15 bytes as one or two numbers: what the tables of whole words are searched by.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tokens/table_format.hpp"

namespace weir::tokens {

// The bytes, zeros, and the length in the last byte (of `low` where the word is short, else of `high`).
// Longer words have no key; their result means nothing.
inline long_word make_word_key(std::string_view word) {
  long_word key{};
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

inline std::size_t size_of(const long_word& key) { return (key.high != 0 ? key.high : key.low) >> 56U; }

// The same of a word with 16 readable bytes at it: without a branch.
inline long_word padded_key(const std::uint8_t* at, std::size_t size) {
  struct masks {
    std::uint64_t low, high, low_length, high_length;
  };
  static constexpr auto of_size = [] {
    std::array<masks, longest_word + 1> m{};
    const auto bytes = [](std::size_t n) { return n == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * n); };
    for (std::size_t n = 0; n < m.size(); ++n) {
      const std::uint64_t length = std::uint64_t{n} << 56U;
      if (n <= longest_short_word) m[n] = {bytes(n), 0, length, 0};
      else m[n] = {bytes(8), bytes(n - 8), 0, length};
    }
    return m;
  }();
  long_word key;
  std::memcpy(&key.low, at, 8);
  std::memcpy(&key.high, at + 8, 8);
  const masks& m = of_size[size];
  return {(key.low & m.low) | m.low_length, (key.high & m.high) | m.high_length};
}

}  // namespace weir::tokens
