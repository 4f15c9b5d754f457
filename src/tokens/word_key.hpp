// The key of a word of at most 15 bytes in the tables of whole words: one or two numbers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tokens/table_format.hpp"

namespace weir::tokens {

// The bytes, zeros, and the length in the last byte: of `low` for a short word, otherwise of `high`. The
// result for longer words is meaningless.
inline long_word make_word_key(std::string_view word) {
  const auto* const at = reinterpret_cast<const std::uint8_t*>(word.data());
  const std::size_t size = word.size();
  const auto load = [](const std::uint8_t* from, auto bytes) {
    decltype(bytes) number;
    std::memcpy(&number, from, sizeof number);
    return std::uint64_t{number};
  };
  const std::uint64_t length = std::uint64_t{size} << 56U;
  if (size > longest_word || size == 0) return {0, 0};
  if (size > 8)
    return {load(at, std::uint64_t{}), load(at + size - 8, std::uint64_t{}) >> 8 * (16 - size) | length};
  if (size == 8) return {load(at, std::uint64_t{}), length};
  if (size >= 4)
    return {
        load(at, std::uint32_t{}) | load(at + size - 4, std::uint32_t{}) >> 8 * (8 - size) << 32U | length,
        0};
  const std::size_t middle = size / 2, last = size - 1;
  return {std::uint64_t{at[0]} | std::uint64_t{at[middle]} << 8 * middle |
              std::uint64_t{at[last]} << 8 * last | length,
          0};
}

inline std::size_t size_of(const long_word& key) { return (key.high != 0 ? key.high : key.low) >> 56U; }

// The same without a branch; 16 bytes must be readable at the word.
inline long_word padded_key(const std::uint8_t* at, std::size_t size) {
  struct masks {
    std::uint64_t low, high, low_length, high_length;
  };
  static constexpr auto of_size = [] {
    std::array<masks, longest_word + 1> m{};
    const auto bytes = [](std::size_t n) { return n == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * n); };
    for (std::size_t n = 0; n < m.size(); ++n) {
      const std::uint64_t length = std::uint64_t{n} << 56U;
      if (n <= longest_short_word)
        m[n] = {bytes(n), 0, length, 0};
      else
        m[n] = {bytes(8), bytes(n - 8), 0, length};
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
