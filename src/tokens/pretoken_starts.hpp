// Finds where pre-tokens begin in 64 bytes at once: the patterns (pattern.hpp) as rules about neighbouring
// characters.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "tokens/char_class_bitmasks.hpp"
#include "tokens/pattern.hpp"

namespace weir::tokens {

// The runs of ones in `of` that begin at the bits of `from`; each of these is the first bit of its run.
constexpr std::uint64_t runs_from(std::uint64_t of, std::uint64_t from) { return ((of + from) ^ of) & of; }

// The first bytes of the characters that are not ASCII, by their length.
struct wide_characters {
  std::uint64_t unknown = 0;  // all bytes whose class is unknown
  std::uint64_t symbols[5] = {}, whitespaces[5] = {};

  // The last bytes of the characters that begin at `firsts`.
  static std::uint64_t ends(const std::uint64_t (&kind)[5], std::uint64_t firsts) {
    return (kind[2] & firsts) << 1U | (kind[3] & firsts) << 2U | (kind[4] & firsts) << 3U;
  }
};

// Adds the letters and whitespace characters that are not ASCII to the masks, with all their bytes, and finds
// symbols. It stops at the first character that is none of these, or that is both an upper- and a lower-case
// letter where case matters.
template <bool Cased>
[[gnu::always_inline]] inline wide_characters look_at_wide(char_class_bitmasks& m, const code_points& points,
                                                           const std::uint8_t* text) {
  wide_characters wide{.unknown = m.not_ascii};
  while (wide.unknown != 0) {
    const auto at = static_cast<std::uint32_t>(std::countr_zero(wide.unknown));
    const seen here = points.look(text + at, text + mask_bytes);
    const std::uint64_t first = std::uint64_t{1} << at, bytes = (first << here.bytes) - first;
    if ((bytes & ~m.not_ascii) != 0 || here.bytes == 1) break;  // not UTF-8, or cut off
    if (here.is == char_class::lower || (!Cased && here.is == char_class::letter))
      m.lower |= bytes;
    else if (here.is == char_class::upper)
      m.upper |= bytes;
    else if (here.is == char_class::space)
      m.whitespace |= bytes, wide.whitespaces[here.bytes] |= first;
    else if (here.is == char_class::other || (!Cased && here.is == char_class::mark))
      wide.symbols[here.bytes] |= first;
    else
      break;
    wide.unknown &= ~bytes;
  }
  return wide;
}

// Finds the apostrophes that begin contractions. In one pattern a contraction belongs to the word before it,
// in the other it is a pre-token; letters right behind it are another word. Returns the first apostrophe that
// cannot be decided.
template <bool Cased>
inline std::uint64_t set_contractions(std::uint64_t& starts, std::uint64_t apostrophes, std::uint64_t letter,
                                      const std::uint8_t* text, std::size_t size) {
  std::size_t end = 0;  // the letters of the last contraction
  for (; apostrophes != 0; apostrophes &= apostrophes - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(apostrophes));
    if (at + longest_contraction > mask_bytes) return std::uint64_t{1} << at;
    if (Cased && at == end) continue;  // a word has at most one
    const auto bytes = static_cast<std::size_t>(pattern::contraction(text + at, text + size) - (text + at));
    if (bytes == 0) continue;
    end = at + bytes;
    if (Cased) starts &= ~(((std::uint64_t{1} << bytes) - 1) << at);  // nor at an upper-case letter within it
    if (end < mask_bytes) starts |= letter & std::uint64_t{1} << end;
  }
  return 0;
}

// Bit i is set where a pre-token certainly begins at byte i. Bit 0 is always set; the highest set bit is
// where the answer ends. `text` is the begin of a pre-token, 64 bytes are readable at it, and the whole text
// ends after `size` > 0 bytes. A rule looks at the byte behind a begin, so the last known byte is never
// decided.
template <bool Cased>
[[gnu::always_inline]] inline std::uint64_t find_pretoken_starts(const code_points& points,
                                                                 const std::uint8_t* text, std::size_t size) {
  char_class_bitmasks m = look_at_64(text);
  const wide_characters wide = m.not_ascii == 0 ? wide_characters() : look_at_wide<Cased>(m, points, text);
  const std::uint64_t unknown = wide.unknown | (size < mask_bytes ? ~std::uint64_t{0} << size : 0);
  const std::uint64_t letter = m.upper | m.lower;
  const std::uint64_t symbol = ~(letter | m.digit | m.whitespace | unknown);
  std::uint64_t hard = unknown;

  // Line breaks right behind symbols belong to them. (In the cased pattern so do slashes behind those; they
  // are rare and left undecided.)
  const std::uint64_t taken = runs_from(m.newline, m.newline & symbol << 1U);
  if (Cased) hard |= taken << 1U & m.slash;

  // Other whitespace characters: one pre-token up to the last line break of their run, then one up to the
  // last whitespace, which leads what follows or stands alone. That no further line break follows in the run
  // must be visible.
  const std::uint64_t whitespace = m.whitespace & ~taken, newline = m.newline & ~taken,
                      inner = whitespace & ~newline;
  const std::uint64_t behind_newline = newline << 1U & inner, behind_inner = inner + behind_newline;
  if (behind_inner < inner || (behind_inner & ~inner & (newline | unknown)) != 0) hard |= behind_newline;
  const std::uint64_t last_whitespace_ends = inner & ~(whitespace >> 1U),
                      wide_whitespaces = wide.whitespaces[2] | wide.whitespaces[3];
  const std::uint64_t last_whitespace =
      (last_whitespace_ends & ~(wide_whitespaces << 1U | wide.whitespaces[3] << 2U)) |
      (last_whitespace_ends >> 1U & wide.whitespaces[2]) | (last_whitespace_ends >> 2U & wide.whitespaces[3]);
  hard |= (wide.whitespaces[2] & ~(~unknown >> 2U)) |
          (wide.whitespaces[3] & ~(~unknown >> 3U));  // the bytes behind them are not visible

  // Symbols, with a space before them. A single symbol leads a word, unless that space precedes it.
  const std::uint64_t symbol_start = symbol & ~(symbol << 1U) & ~(m.space << 1U);
  const std::uint64_t first_symbol_ends =
      (symbol_start & ~(wide.symbols[2] | wide.symbols[3] | wide.symbols[4])) |
      wide_characters::ends(wide.symbols, symbol_start);
  const std::uint64_t leads = last_whitespace_ends | (first_symbol_ends & ~(symbol >> 1U));

  std::uint64_t word_start = letter & ~(letter << 1U) & ~(leads << 1U);
  if (Cased) word_start |= m.upper & m.lower << 1U;

  // Digits in groups of three.
  std::uint64_t digit_start = m.digit & ~(m.digit << 1U);
  const std::uint64_t fourth = m.digit & m.digit << 1U & m.digit << 2U & m.digit << 3U;
  for (std::uint64_t next = digit_start << 3U & fourth; next != 0; next = next << 3U & fourth)
    digit_start |= next;

  std::uint64_t starts = (whitespace & ~(whitespace << 1U)) | behind_newline | last_whitespace |
                         symbol_start | word_start | digit_start;
  const std::uint64_t short_forms = m.apostrophe & letter >> 1U & (Cased ? letter << 1U : symbol_start);
  if (short_forms != 0) hard |= set_contractions<Cased>(starts, short_forms, letter, text, size);
  const int known = std::max(std::countr_zero(hard) - 1, 1);  // at least bit 0
  return (starts | 1U) & ~(~std::uint64_t{0} << known);
}

}  // namespace weir::tokens
