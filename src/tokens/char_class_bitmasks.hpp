// Classifies 64 bytes of text at once: each class of characters is a 64-bit mask, so a rule about neighbours
// is a shift.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::tokens {

inline constexpr std::size_t mask_bytes = 64;

// Bit i stands for byte i. All masks but not_ascii hold ASCII characters only.
struct char_class_bitmasks {
  std::uint64_t upper = 0, lower = 0, digit = 0;
  std::uint64_t whitespace = 0, newline = 0, space = 0;  // includes the two others
  std::uint64_t apostrophe = 0, slash = 0;
  std::uint64_t not_ascii = 0;

  std::uint64_t letter() const { return upper | lower; }
  // Characters that are neither letter, digit nor whitespace.
  std::uint64_t symbol() const { return ~(upper | lower | digit | whitespace | not_ascii); }
};

// 16 bytes that the machine's vector instructions compare at once.
class bytes16 {
 public:
  explicit bytes16(const std::uint8_t* at) { std::memcpy(&v_, at, sizeof v_); }
  std::uint64_t are(std::uint8_t c) const { return bits(v_ == c); }
  std::uint64_t within(std::uint8_t first, std::uint8_t last) const {
    return bits(v_ - first <= static_cast<std::uint8_t>(last - first));
  }
  std::uint64_t have(std::uint8_t bit) const { return bits((v_ & bit) != 0); }
  bytes16 with(std::uint8_t bit) const { return bytes16(v_ | bit); }

 private:
  using vector [[gnu::vector_size(16)]] = std::uint8_t;
  explicit bytes16(vector v) : v_(v) {}

  // Gathers one bit a byte: bit i is set where byte i has all bits set; the other bytes are 0.
  template <class Truth>
  static std::uint64_t bits(Truth truth) {
#if defined(__SSE2__)
    __m128i all;
    std::memcpy(&all, &truth, sizeof all);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(all));
#else
    std::uint64_t halves[2];
    std::memcpy(halves, &truth, sizeof halves);
    const auto gathered = [](std::uint64_t half) {
      return (half & 0x0101'0101'0101'0101U) * 0x0102'0408'1020'4080U >> 56U;
    };
    return gathered(halves[0]) | gathered(halves[1]) << 8U;
#endif
  }
  vector v_;
};

// Classifies the 64 bytes at `text`, all of which are readable.
[[gnu::always_inline]] inline char_class_bitmasks look_at_64(const std::uint8_t* text) {
  char_class_bitmasks m;
#pragma GCC unroll 4
  for (unsigned at = 0; at < mask_bytes; at += 16) {
    const bytes16 bytes(text + at);
    const std::uint64_t letter = bytes.with(0x20).within('a', 'z'), lower = letter & bytes.have(0x20);
    const std::uint64_t space = bytes.are(' ');
    m.upper |= (letter ^ lower) << at;
    m.lower |= lower << at;
    m.digit |= bytes.within('0', '9') << at;
    m.whitespace |= (bytes.within('\t', '\r') | space) << at;
    m.newline |= (bytes.are('\n') | bytes.are('\r')) << at;
    m.space |= space << at;
    m.apostrophe |= bytes.are('\'') << at;
    m.slash |= bytes.are('/') << at;
    m.not_ascii |= bytes.have(0x80) << at;
  }
  return m;
}

}  // namespace weir::tokens
