#include "tokens/pattern.hpp"

#include <bit>
#include <cstring>

#include "tokens/char_class_bitmasks.hpp"

namespace weir::tokens {
namespace {

constexpr bool is_letter(char_class c) {
  return c == char_class::upper || c == char_class::lower || c == char_class::letter;
}
constexpr bool is_whitespace(char_class c) { return c == char_class::space || c == char_class::newline; }
// [^\s\p{L}\p{N}]
constexpr bool is_symbol(char_class c) { return c == char_class::other || c == char_class::mark; }
// [^\r\n\p{L}\p{N}], before a word
constexpr bool may_lead(char_class c) {
  return c == char_class::other || c == char_class::mark || c == char_class::space;
}

// Skips blocks of 64 bytes in which all bytes are of one kind, so that long runs of ASCII cost little more
// than a memory read. Returns the position behind them.
template <class F>
place skip_blocks(place at, place end, F&& those) {
  while (end - at >= static_cast<std::ptrdiff_t>(mask_bytes) &&
         those(look_at_64(at), at) == ~std::uint64_t{0})
    at += mask_bytes;
  return at;
}

// Skips repetitions of the character of `bytes` bytes that ends at `at`, without looking at each. Returns the
// position behind them.
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

// Matches Upper* Lower+, otherwise Upper+ Lower*; letters without case and marks are both. Returns `at` where
// neither matches. A greedy Upper* that no lower-case letter follows backtracks until a letter of both kinds
// can be the Lower+.
place pattern::cased_word(place at, place end) const {
  place last_of_both = nullptr;
  seen here;
  at = skip_blocks(at, end, [](const char_class_bitmasks& m, place) { return m.upper; });
  while (at < end) {
    here = points_.look(at, end);
    if (here.is != char_class::upper && here.is != char_class::letter && here.is != char_class::mark) break;
    at = skip_same(at + here.bytes, end, here.bytes);
    if (here.is != char_class::upper) last_of_both = at;
  }
  if (at == end || here.is != char_class::lower) return last_of_both != nullptr ? last_of_both : at;
  at = skip_blocks(at, end, [](const char_class_bitmasks& m, place) { return m.lower; });
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
  at = skip_blocks(at, end, [](const char_class_bitmasks& m, place) { return m.letter(); });
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

// Matches [^\s\p{L}\p{N}]+[\r\n]*, with / in the tail too where slash_ends_a_line. `at` is at a symbol.
place pattern::symbols(place at, place end, bool slash_ends_a_line) const {
  at = skip_blocks(at, end, [](const char_class_bitmasks& m, place) { return m.symbol(); });
  while (at < end) {
    const seen here = points_.look(at, end);
    if (!is_symbol(here.is)) break;
    at = skip_same(at + here.bytes, end, here.bytes);
  }
  while (at < end && (*at == '\r' || *at == '\n' || (slash_ends_a_line && *at == '/'))) ++at;
  return at;
}

// \s*[\r\n]+ | \s+(?!\S) | \s+, after \s++$ where last_blanks_are_one: to the last line break of the run;
// else without the run's last whitespace, which belongs to what follows. `at` stands on a whitespace.
place pattern::whitespaces(place at, place end, bool last_whitespaces_are_one) const {
  const place begin = at;
  place behind_newline = nullptr, last = at;
  at = skip_blocks(at, end, [&](const char_class_bitmasks& m, place block) {
    if (m.whitespace == ~std::uint64_t{0} && m.newline != 0)
      behind_newline = block + std::bit_width(m.newline);
    return m.whitespace;
  });
  if (at != begin) last = at - 1;
  while (at < end) {
    const seen here = points_.look(at, end);
    if (!is_whitespace(here.is)) break;
    at = skip_same(at + here.bytes, end, here.bytes);
    last = at - here.bytes;
    if (here.is == char_class::newline) behind_newline = at;
  }
  if (at == end && last_whitespaces_are_one) return at;
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
  if (is_symbol(first.is)) return symbols(at, end, true);
  if (*at == ' ' && second < end && is_symbol(points_.look(second, end).is))
    return symbols(second, end, true);
  return whitespaces(at, end, false);
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
  if (is_symbol(first.is)) return symbols(at, end, false);
  if (*at == ' ' && second < end && is_symbol(points_.look(second, end).is))
    return symbols(second, end, false);
  return whitespaces(at, end, true);
}

}  // namespace weir::tokens
