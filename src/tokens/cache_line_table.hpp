// Hash tables whose buckets are cache lines. One load of a line answers a lookup, hit or miss, and a few
// vector instructions compare all entries of the line.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::tokens {

inline constexpr std::size_t line_bytes = 64;

// Lines are filled from the front. An entry whose line is full lies in one of the next lines, so a search
// ends at a line with a free entry.
constexpr std::uint32_t line_of(std::uint64_t hash, std::uint32_t lines) {
  return static_cast<std::uint32_t>((hash >> 32U) * lines >> 32U);
}
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// Four numbers that are compared at once; a comparison yields all ones where it is true.
class four {
 public:
#if defined(__SSE2__)  // every x86-64 has it
  explicit four(const std::uint32_t* at) : v_(_mm_load_si128(reinterpret_cast<const __m128i*>(at))) {}
  four operator==(std::uint32_t x) const {
    return four(_mm_cmpeq_epi32(v_, _mm_set1_epi32(static_cast<int>(x))));
  }
  four operator&(four o) const { return four(_mm_and_si128(v_, o.v_)); }
  four operator>>(int bits) const { return four(_mm_srli_epi32(v_, bits)); }
  // Bit i is set where comparison i is true.
  std::uint32_t bits() const { return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(v_))); }

 private:
  explicit four(__m128i v) : v_(v) {}
  __m128i v_;
#else
  explicit four(const std::uint32_t* at) : v_{at[0], at[1], at[2], at[3]} {}
  four operator==(std::uint32_t x) const {
    return each([x](std::uint32_t a) { return a == x ? ~0U : 0U; });
  }
  four operator>>(int bits) const {
    return each([bits](std::uint32_t a) { return a >> bits; });
  }
  four operator&(four o) const {
    for (int i = 0; i < 4; ++i) o.v_[i] &= v_[i];
    return o;
  }
  std::uint32_t bits() const { return (v_[0] & 1U) | (v_[1] & 2U) | (v_[2] & 4U) | (v_[3] & 8U); }

 private:
  template <class F>
  four each(F&& f) const {
    four all = *this;
    for (std::uint32_t& one : all.v_) one = f(one);
    return all;
  }
  std::uint32_t v_[4];
#endif
};

// Words of at most 7 bytes; low holds the first four. A free entry has length 0, so its high is 0.
struct alignas(line_bytes) short_word_line {
  static constexpr std::size_t room = 8;
  std::uint32_t low[room] = {}, high[room] = {};

  void put(std::size_t i, std::uint64_t word) {
    low[i] = static_cast<std::uint32_t>(word);
    high[i] = static_cast<std::uint32_t>(word >> 32U);
  }
  bool is_full() const { return high[room - 1] != 0; }
  bool has(std::uint64_t word) const {
    const auto l = static_cast<std::uint32_t>(word), h = static_cast<std::uint32_t>(word >> 32U);
    return (((four(low) == l) & (four(high) == h)).bits() |
            ((four(low + 4) == l) & (four(high + 4) == h)).bits()) != 0;
  }
};

// Words of 8 to 15 bytes, four numbers each.
struct alignas(line_bytes) long_word_line {
  static constexpr std::size_t room = 4;
  std::uint32_t parts[4][room] = {};

  void put(std::size_t i, std::uint64_t low, std::uint64_t high) {
    parts[0][i] = static_cast<std::uint32_t>(low), parts[1][i] = static_cast<std::uint32_t>(low >> 32U);
    parts[2][i] = static_cast<std::uint32_t>(high), parts[3][i] = static_cast<std::uint32_t>(high >> 32U);
  }
  bool is_full() const { return parts[3][room - 1] != 0; }
  bool has(std::uint64_t low, std::uint64_t high) const {
    const auto part = [&](int i, std::uint64_t word) {
      return four(parts[i]) == static_cast<std::uint32_t>(word);
    };
    return (part(0, low) & part(1, low >> 32U) & part(2, high) & part(3, high >> 32U)).bits() != 0;
  }
};

// Merges of two tokens (18 bits each) into a third: the upper 32 bits of the pair, then its last 4 bits with
// the third token. A free entry merges into `none`.
struct alignas(line_bytes) merge_line {
  static constexpr std::size_t room = 8;
  static constexpr std::uint32_t none = 0x3ffff;
  std::uint32_t upper[room], lower[room];

  merge_line() {
    for (std::size_t i = 0; i < room; ++i) upper[i] = lower[i] = ~0U;
  }
  void put(std::size_t i, std::uint64_t pair, std::uint32_t merged) {
    upper[i] = static_cast<std::uint32_t>(pair >> 4U);
    lower[i] = static_cast<std::uint32_t>(pair & 15U) << 18U | merged;
  }
  bool is_full() const { return lower[room - 1] != ~0U; }
  std::uint32_t find(std::uint64_t pair) const {
    const auto bits = [&](std::size_t i) {
      return ((four(upper + i) == static_cast<std::uint32_t>(pair >> 4U)) &
              ((four(lower + i) >> 18) == static_cast<std::uint32_t>(pair & 15U)))
          .bits();
    };
    const std::uint32_t there = bits(0) | bits(4) << 4U;
    return there == 0 ? none : lower[std::countr_zero(there)] & none;
  }
};

}  // namespace weir::tokens
