// Finds where text of three-byte characters can be split: between two characters that no token contains
// together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tokens/cache_line_table.hpp"

namespace weir::tokens {

// Pre-tokens of Chinese, Japanese, Korean or Thai are sentences, and most neighbouring characters in them
// occur in no token together. The two sides of such a border are always merged separately, since every merge
// makes a token; so a sentence falls into words of a few characters. The filter knows every token that
// crosses a border. It may report one that does not exist, which only makes a word longer than needed.
class split_point_filter {
 public:
  // The first safe split point behind `at`, or `end` where there is none.
  const std::uint8_t* next(const std::uint8_t* at, const std::uint8_t* end) const {
    while (end - at >= 6) {
      if (!is_first(at[0])) {
        ++at;
      } else if (is_inner(at[1]) && is_inner(at[2]) && is_first(at[3]) && !may_be_crossed(at + 3)) {
        return at + 3;
      } else {
        at += 3;
      }
    }
    return end;
  }

  // The next functions are for the build.
  void add(std::string_view token) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(token.data());
    for (std::size_t i = 1; i < token.size(); ++i) {
      const std::uint8_t* const at = bytes + i;
      if (!is_first(at[0]) || !is_inner(at[-1])) continue;
      if (i < 3)
        edges_[at[-1] & 63U] = static_cast<std::uint16_t>(edges_[at[-1] & 63U] | 1U << (at[0] & 15U));
      else if (i + 3 > token.size())
        set(halves_, half_bits, three(at - 3) << 24U | at[0]);
      else
        set(wholes_, whole_bits, three(at - 3) << 24U | three(at));
    }
  }

 private:
  // The border between two characters of three bytes.
  bool may_be_crossed(const std::uint8_t* at) const {
    const std::uint64_t before = three(at - 3), behind = three(at);
    return (edges_[at[-1] & 63U] >> (at[0] & 15U) & 1U) != 0 ||
           has(halves_, half_bits, before << 24U | at[0]) || has(wholes_, whole_bits, before << 24U | behind);
  }

  static constexpr unsigned half_bits = 14, whole_bits = 17;

  static bool is_first(std::uint8_t c) { return (c & 0xf0U) == 0xe0; }
  static bool is_inner(std::uint8_t c) { return (c & 0xc0U) == 0x80; }
  static std::uint64_t three(const std::uint8_t* at) {
    return at[0] | std::uint64_t{at[1]} << 8U | std::uint64_t{at[2]} << 16U;
  }
  static std::uint64_t bit_of(std::uint64_t key, unsigned bits) {
    return mix(key, 0x9e3779b97f4a7c15U) >> (64 - bits);
  }
  static bool has(const std::uint64_t* filter, unsigned bits, std::uint64_t key) {
    const std::uint64_t bit = bit_of(key, bits);
    return (filter[bit / 64] >> bit % 64 & 1U) != 0;
  }
  static void set(std::uint64_t* filter, unsigned bits, std::uint64_t key) {
    const std::uint64_t bit = bit_of(key, bits);
    filter[bit / 64] |= std::uint64_t{1} << bit % 64;
  }

  std::uint16_t edges_[64] =
      {};  // by the last byte before and the first byte behind: tokens that begin within the first character
  std::uint64_t halves_[(std::size_t{1} << half_bits) / 64] =
      {};  // tokens that end within the second character
  std::uint64_t wholes_[(std::size_t{1} << whole_bits) / 64] = {};  // tokens that contain both
};

}  // namespace weir::tokens
