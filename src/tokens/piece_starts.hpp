// Where pieces begin in 64 bytes, all at once: the patterns (pattern.hpp) as rules about neighbours.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "tokens/class_masks.hpp"
#include "tokens/pattern.hpp"

namespace weir::tokens {

// The runs of ones in `of` that begin at the bits of `from`: each of these is the first of its run.
constexpr std::uint64_t runs_from(std::uint64_t of, std::uint64_t from) { return ((of + from) ^ of) & of; }

// What of 64 bytes is not ASCII: first bytes, by how many bytes there are.
struct wide_characters {
  std::uint64_t unknown = 0;  // all bytes of whose classes nothing is known
  std::uint64_t signs[5] = {}, blanks[5] = {};

  // Of those of `firsts`, the last bytes.
  static std::uint64_t ends(const std::uint64_t (&kind)[5], std::uint64_t firsts) {
    return (kind[2] & firsts) << 1U | (kind[3] & firsts) << 2U | (kind[4] & firsts) << 3U;
  }
};

// Adds letters and blanks that are not ASCII to those that are, all bytes of each, and finds signs: up to the
// first that is none of them, or that is both kinds of letters where case matters.
template <bool Cased>
[[gnu::always_inline]] inline wide_characters look_at_wide(class_masks& m, const code_points& points,
                                                           const std::uint8_t* text) {
  wide_characters wide{.unknown = m.not_ascii};
  while (wide.unknown != 0) {
    const auto at = static_cast<std::uint32_t>(std::countr_zero(wide.unknown));
    const seen here = points.look(text + at, text + mask_bytes);
    const std::uint64_t first = std::uint64_t{1} << at, bytes = (first << here.bytes) - first;
    if ((bytes & ~m.not_ascii) != 0 || here.bytes == 1) break;  // no UTF-8, or cut
    if (here.is == char_class::lower || (!Cased && here.is == char_class::letter))
      m.lower |= bytes;
    else if (here.is == char_class::upper)
      m.upper |= bytes;
    else if (here.is == char_class::space)
      m.blank |= bytes, wide.blanks[here.bytes] |= first;
    else if (here.is == char_class::other || (!Cased && here.is == char_class::mark))
      wide.signs[here.bytes] |= first;
    else
      break;
    wide.unknown &= ~bytes;
  }
  return wide;
}

// Of apostrophes, those that are contractions: in the one pattern they belong to the word before them, in the
// other they are pieces; letters right behind them are another word. Returns the first of which nothing is
// known.
template <bool Cased>
inline std::uint64_t set_contractions(std::uint64_t& starts, std::uint64_t apostrophes, std::uint64_t letter,
                                      const std::uint8_t* text, std::size_t size) {
  std::size_t end = 0;  // of the last contraction
  for (; apostrophes != 0; apostrophes &= apostrophes - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(apostrophes));
    if (at + longest_contraction > mask_bytes) return std::uint64_t{1} << at;
    if (Cased && at == end) continue;  // a word has one
    const auto bytes = static_cast<std::size_t>(pattern::contraction(text + at, text + size) - (text + at));
    if (bytes == 0) continue;
    end = at + bytes;
    if (Cased) starts &= ~(((std::uint64_t{1} << bytes) - 1) << at);  // nor at an upper letter within it
    if (end < mask_bytes) starts |= letter & std::uint64_t{1} << end;
  }
  return 0;
}

// Bit i: a piece begins at byte i. Bit 0 is one, others only where that is certain; the last of them may be
// any of those there are. `text` is where a piece begins, and 64 bytes are readable at it; the whole text
// ends after `size` > 0 bytes. A rule sees the byte behind a beginning, so nothing is said of the last byte
// that is known.
template <bool Cased>
[[gnu::always_inline]] inline std::uint64_t find_piece_starts(const code_points& points,
                                                              const std::uint8_t* text, std::size_t size) {
  class_masks m = look_at_64(text);
  const wide_characters wide = m.not_ascii == 0 ? wide_characters() : look_at_wide<Cased>(m, points, text);
  const std::uint64_t unknown = wide.unknown | (size < mask_bytes ? ~std::uint64_t{0} << size : 0);
  const std::uint64_t letter = m.upper | m.lower;
  const std::uint64_t sign = ~(letter | m.digit | m.blank | unknown);
  std::uint64_t hard = unknown;

  // Line breaks right behind signs are theirs (in the cased pattern slashes behind those again: seldom, so it
  // is left).
  const std::uint64_t taken = runs_from(m.newline, m.newline & sign << 1U);
  if (Cased) hard |= taken << 1U & m.slash;

  // Other blanks: up to the last line break of their run, then up to the last of them, which leads what
  // follows or stands alone. That no other line break comes in the run must be seen.
  const std::uint64_t blank = m.blank & ~taken, newline = m.newline & ~taken, inner = blank & ~newline;
  const std::uint64_t behind_newline = newline << 1U & inner, behind_inner = inner + behind_newline;
  if (behind_inner < inner || (behind_inner & ~inner & (newline | unknown)) != 0) hard |= behind_newline;
  const std::uint64_t last_blank_ends = inner & ~(blank >> 1U), wide_blanks = wide.blanks[2] | wide.blanks[3];
  const std::uint64_t last_blank = (last_blank_ends & ~(wide_blanks << 1U | wide.blanks[3] << 2U)) |
                                   (last_blank_ends >> 1U & wide.blanks[2]) |
                                   (last_blank_ends >> 2U & wide.blanks[3]);
  hard |= (wide.blanks[2] & ~(~unknown >> 2U)) |
          (wide.blanks[3] & ~(~unknown >> 3U));  // what is behind them is not seen

  // Signs, with a space before them. One sign alone leads a word, unless that space is there.
  const std::uint64_t sign_start = sign & ~(sign << 1U) & ~(m.space << 1U);
  const std::uint64_t first_sign_ends = (sign_start & ~(wide.signs[2] | wide.signs[3] | wide.signs[4])) |
                                        wide_characters::ends(wide.signs, sign_start);
  const std::uint64_t leads = last_blank_ends | (first_sign_ends & ~(sign >> 1U));

  std::uint64_t word_start = letter & ~(letter << 1U) & ~(leads << 1U);
  if (Cased) word_start |= m.upper & m.lower << 1U;

  // Digits, three by three.
  std::uint64_t digit_start = m.digit & ~(m.digit << 1U);
  const std::uint64_t fourth = m.digit & m.digit << 1U & m.digit << 2U & m.digit << 3U;
  for (std::uint64_t next = digit_start << 3U & fourth; next != 0; next = next << 3U & fourth)
    digit_start |= next;

  std::uint64_t starts =
      (blank & ~(blank << 1U)) | behind_newline | last_blank | sign_start | word_start | digit_start;
  const std::uint64_t short_forms = m.apostrophe & letter >> 1U & (Cased ? letter << 1U : sign_start);
  if (short_forms != 0) hard |= set_contractions<Cased>(starts, short_forms, letter, text, size);
  const int known = std::max(std::countr_zero(hard) - 1, 1);  // at least the beginning itself
  return (starts | 1U) & ~(~std::uint64_t{0} << known);
}

}  // namespace weir::tokens
