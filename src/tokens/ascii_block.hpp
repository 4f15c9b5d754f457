// Which of the next bytes are ASCII letters, blanks or signs, as bits: a load and a few instructions for a whole piece.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::tokens {

// Bit i is byte i.
struct letter_bits {
  std::uint32_t upper = 0, lower = 0;
};

inline constexpr std::uint32_t block_bytes = 16;

// Eight bytes at a time with plain arithmetic, for machines without the instructions below.
inline letter_bits letters_portable(const std::uint8_t* text) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  letter_bits bits;
  for (unsigned half = 0; half < 2; ++half) {
    std::uint64_t word = 0;
    std::memcpy(&word, text + 8 * half, 8);
    const std::uint64_t low7 = word & 0x7f * ones, folded = low7 | 0x20 * ones;
    // Bit 7 of each byte: 'a' <= folded, not 'z' < folded, and the byte was ASCII.
    const std::uint64_t letter = (folded + (0x80 - 'a') * ones) & ~(folded + (0x7f - 'z') * ones) & ~word & 0x80 * ones;
    const std::uint64_t lower = letter & word << 2U;
    const auto gathered = [](std::uint64_t high_bits) {
      return static_cast<std::uint32_t>((high_bits >> 7U) * 0x0102'0408'1020'4080U >> 56U);
    };
    bits.lower |= gathered(lower) << 8 * half;
    bits.upper |= gathered(letter & ~lower) << 8 * half;
  }
  return bits;
}

// Of the next 16 bytes, all readable.
inline letter_bits letters(const std::uint8_t* text) {
#if defined(__SSE2__)  // every x86-64 has it
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  const __m128i from_a = _mm_add_epi8(folded, _mm_set1_epi8(static_cast<char>(0x80 - 'a')));
  const auto letter = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(from_a, _mm_set1_epi8(-128 + 26))));
  const auto bit5 = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_slli_epi16(bytes, 2)));
  return {letter & ~bit5, letter & bit5};
#else
  return letters_portable(text);
#endif
}

struct blank_bits {
  std::uint32_t blank = 0, newline = 0;  // a newline is blank, too
};

inline blank_bits blanks_portable(const std::uint8_t* text) {
  blank_bits bits;
  for (unsigned i = 0; i < block_bytes; ++i) {
    const std::uint8_t c = text[i];
    bits.blank |= static_cast<std::uint32_t>(c == ' ' || (c >= '\t' && c <= '\r')) << i;
    bits.newline |= static_cast<std::uint32_t>(c == '\n' || c == '\r') << i;
  }
  return bits;
}

// Of the next 16 bytes.
inline blank_bits blanks(const std::uint8_t* text) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  const __m128i from_tab = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(0x80 - '\t')));
  const __m128i blank = _mm_or_si128(is(' '), _mm_cmplt_epi8(from_tab, _mm_set1_epi8(-128 + 5)));
  const __m128i newline = _mm_or_si128(is('\n'), is('\r'));
  return {static_cast<std::uint32_t>(_mm_movemask_epi8(blank)), static_cast<std::uint32_t>(_mm_movemask_epi8(newline))};
#else
  return blanks_portable(text);
#endif
}

inline std::uint32_t signs_portable(const std::uint8_t* text) {
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < block_bytes; ++i) {
    const std::uint8_t c = text[i], folded = c | 0x20U;
    const bool no_sign = c >= 0x80 || (c >= '0' && c <= '9') || (folded >= 'a' && folded <= 'z') || c == ' ' || (c >= '\t' && c <= '\r');
    bits |= static_cast<std::uint32_t>(!no_sign) << i;
  }
  return bits;
}

// Of the next 16 bytes: ASCII that is neither letter, digit nor blank.
inline std::uint32_t signs(const std::uint8_t* text) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const auto within = [](__m128i v, char first, int count) {
    return _mm_cmplt_epi8(_mm_add_epi8(v, _mm_set1_epi8(static_cast<char>(0x80 - first))), _mm_set1_epi8(static_cast<char>(-128 + count)));
  };
  const __m128i letter = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
  const __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), within(bytes, '\t', 5));
  const __m128i other = _mm_or_si128(_mm_or_si128(letter, blank), _mm_or_si128(within(bytes, '0', 10), bytes));  // bit 7: no ASCII
  return ~static_cast<std::uint32_t>(_mm_movemask_epi8(other)) & 0xffffU;
#else
  return signs_portable(text);
#endif
}

}  // namespace weir::tokens
