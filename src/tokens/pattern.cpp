#include "tokens/pattern.hpp"

#include <bit>
#include <cstring>

#include "tokens/class_masks.hpp"

namespace weir::tokens {
namespace {

constexpr bool is_letter(char_class c) {
  return c == char_class::upper || c == char_class::lower || c == char_class::letter;
}
constexpr bool is_blank(char_class c) { return c == char_class::space || c == char_class::newline; }
// [^\s\p{L}\p{N}]
constexpr bool is_sign(char_class c) { return c == char_class::other || c == char_class::mark; }
// [^\r\n\p{L}\p{N}], before a word
constexpr bool may_lead(char_class c) {
  return c == char_class::other || c == char_class::mark || c == char_class::space;
}

// Behind the blocks of 64 bytes from `at` of which all are of one kind: a long run of ASCII is passed over at
// memory's speed.
template <class F>
place skip_blocks(place at, place end, F&& those) {
  while (end - at >= static_cast<std::ptrdiff_t>(mask_bytes) &&
         those(look_at_64(at), at) == ~std::uint64_t{0})
    at += mask_bytes;
  return at;
}

// Behind more of the character of `bytes` bytes that ends at `at`: a long run of one need not be looked at
// one by one.
place skip_same(place at, place end, std::uint32_t bytes) {
  const auto eight = [](place from) {
    std::uint64_t number = 0;
    std::memcpy(&number, from, sizeof number);
    return number;
  };
  const std::uint32_t whole = 8 - 8 % bytes;
  while (end - at >= 8 && eight(at) == eight(at - bytes)) at += whole;
  return at;
}

constexpr std::uint8_t folded(std::uint8_t c) { return c >= 'A' && c <= 'Z' ? c | 0x20U : c; }

}  // namespace

place pattern::contraction(place at, place end) {
  if (end - at < 2 || *at != '\'') return at;
  const std::uint8_t first = folded(at[1]);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  if (end - at < 3) return at;
  const std::uint8_t second = folded(at[2]);
  const bool two = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
  const bool long_s = at[1] == 0xc5 && at[2] == 0xbf;
  return two || long_s ? at + 3 : at;
}

// Upper* Lower+, or else Upper+ Lower*, where letters without case and marks are both: `at` where there is
// neither. A greedy Upper* that no lower letter follows gives back until a letter of both kinds can be the
// Lower+.
place pattern::cased_word(place at, place end) const {
  place last_of_both = nullptr;
  seen here;
  at = skip_blocks(at, end, [](const class_masks& m, place) { return m.upper; });
  while (at < end) {
    here = points_.look(at, end);
    if (here.is != char_class::upper && here.is != char_class::letter && here.is != char_class::mark) break;
    at = skip_same(at + here.bytes, end, here.bytes);
    if (here.is != char_class::upper) last_of_both = at;
  }
  if (at == end || here.is != char_class::lower) return last_of_both != nullptr ? last_of_both : at;
  at = skip_blocks(at, end, [](const class_masks& m, place) { return m.lower; });
  if (at == end) return at;
  here = points_.look(at, end);
  while (here.is == char_class::lower || here.is == char_class::letter || here.is == char_class::mark) {
    at = skip_same(at + here.bytes, end, here.bytes);
    if (at == end) break;
    here = points_.look(at, end);
  }
  return at;
}

place pattern::letters(place at, place end) const {
  at = skip_blocks(at, end, [](const class_masks& m, place) { return m.letter(); });
  while (at < end) {
    const seen here = points_.look(at, end);
    if (!is_letter(here.is)) break;
    at = skip_same(at + here.bytes, end, here.bytes);
  }
  return at;
}

place pattern::digits(place at, place end) const {
  for (int i = 0; i < 3 && at < end; ++i) {
    const seen here = points_.look(at, end);
    if (here.is != char_class::number) break;
    at += here.bytes;
  }
  return at;
}

// [^\s\p{L}\p{N}]+[\r\n]*, and in the tail / as well where slash_ends_a_line. `at` stands on a sign.
place pattern::signs(place at, place end, bool slash_ends_a_line) const {
  at = skip_blocks(at, end, [](const class_masks& m, place) { return m.sign(); });
  while (at < end) {
    const seen here = points_.look(at, end);
    if (!is_sign(here.is)) break;
    at = skip_same(at + here.bytes, end, here.bytes);
  }
  while (at < end && (*at == '\r' || *at == '\n' || (slash_ends_a_line && *at == '/'))) ++at;
  return at;
}

// \s*[\r\n]+ | \s+(?!\S) | \s+, after \s++$ where last_blanks_are_one: to the last line break of the run;
// else without the run's last blank, which belongs to what follows. `at` stands on a blank.
place pattern::blanks(place at, place end, bool last_blanks_are_one) const {
  const place begin = at;
  place behind_newline = nullptr, last = at;
  at = skip_blocks(at, end, [&](const class_masks& m, place block) {
    if (m.blank == ~std::uint64_t{0} && m.newline != 0) behind_newline = block + std::bit_width(m.newline);
    return m.blank;
  });
  if (at != begin) last = at - 1;
  while (at < end) {
    const seen here = points_.look(at, end);
    if (!is_blank(here.is)) break;
    at = skip_same(at + here.bytes, end, here.bytes);
    last = at - here.bytes;
    if (here.is == char_class::newline) behind_newline = at;
  }
  if (at == end && last_blanks_are_one) return at;
  if (behind_newline != nullptr) return behind_newline;
  return at == end || last == begin ? at : last;
}

place pattern::o200k(place at, place end) const {
  const seen first = points_.look(at, end);
  const place second = at + first.bytes;
  if (is_letter(first.is) || first.is == char_class::mark) return contraction(cased_word(at, end), end);
  if (may_lead(first.is) && second < end) {
    if (const place word = cased_word(second, end); word != second) return contraction(word, end);
  }
  if (first.is == char_class::number) return digits(at, end);
  if (is_sign(first.is)) return signs(at, end, true);
  if (*at == ' ' && second < end && is_sign(points_.look(second, end).is)) return signs(second, end, true);
  return blanks(at, end, false);
}

place pattern::cl100k(place at, place end) const {
  if (const place short_form = contraction(at, end); short_form != at) return short_form;
  const seen first = points_.look(at, end);
  const place second = at + first.bytes;
  if (is_letter(first.is)) return letters(at, end);
  if (may_lead(first.is) && second < end) {
    if (const place word = letters(second, end); word != second) return word;
  }
  if (first.is == char_class::number) return digits(at, end);
  if (is_sign(first.is)) return signs(at, end, false);
  if (*at == ' ' && second < end && is_sign(points_.look(second, end).is)) return signs(second, end, false);
  return blanks(at, end, true);
}

}  // namespace weir::tokens
