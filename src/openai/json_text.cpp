#include "openai/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace weir::openai {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::uint8_t no_digit = 0xff;
constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

json_kind number_kind(std::string_view text) {
  std::size_t at = text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return json_kind::broken;
  at += whole;
  if (at == text.size()) return json_kind::integer;
  if (text[at] == '.') {
    const std::size_t fraction = digits_at(text, ++at);
    if (fraction == 0) return json_kind::broken;
    at += fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return json_kind::broken;
    at += exponent;
  }
  return at == text.size() ? json_kind::decimal : json_kind::broken;
}

// The value of the four digits behind "\u"; -1 where there are fewer.
std::int32_t hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  const auto digit = [&](std::size_t i) -> std::uint32_t {
    return hex_values[static_cast<unsigned char>(text[i])];
  };
  if ((digit(0) | digit(1) | digit(2) | digit(3)) > 15) return -1;
  return static_cast<std::int32_t>(digit(0) << 12U | digit(1) << 8U | digit(2) << 4U | digit(3));
}

// Writes at `to` and returns the position behind it.
char* write_utf8(char* to, std::uint32_t point) {
  const auto tail = [&](unsigned shift) { *to++ = static_cast<char>(0x80U | ((point >> shift) & 0x3FU)); };
  if (point < 0x80) {
    *to++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *to++ = static_cast<char>(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    *to++ = static_cast<char>(0xE0U | (point >> 12U));
    tail(6), tail(0);
  } else {
    *to++ = static_cast<char>(0xF0U | (point >> 18U));
    tail(12), tail(6), tail(0);
  }
  return to;
}

// `text` begins behind "\u". Writes the code point and returns the number of characters of `text` that it
// used.
std::size_t write_unicode_escape(char*& to, std::string_view text) {
  const auto first = static_cast<std::uint32_t>(hex4(text));
  if (first < 0xD800 || first > 0xDFFF) {
    to = write_utf8(to, first);
    return 4;
  }
  if (first < 0xDC00 && text.substr(4, 2) == "\\u") {
    const std::int32_t second = hex4(text.substr(6));
    if (second >= 0xDC00 && second <= 0xDFFF) {
      to = write_utf8(to,
                      0x10000U + ((first - 0xD800U) << 10U) + (static_cast<std::uint32_t>(second) - 0xDC00U));
      return 10;
    }
  }
  to = write_utf8(to, replacement);
  return 4;
}

char unescaped(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;  // quote, backslash, slash
  }
}

}  // namespace

std::string_view with_article(json_kind kind) {
  switch (kind) {
    case json_kind::object: return "an object";
    case json_kind::array: return "an array";
    case json_kind::string: return "a string";
    case json_kind::integer: return "an integer";
    case json_kind::decimal: return "a decimal number";
    case json_kind::boolean: return "a boolean";
    case json_kind::null: return "null";
    case json_kind::broken: break;
  }
  return "something else";
}

json_kind scalar_kind(std::string_view token) {
  if (token.empty()) return json_kind::broken;
  if (token[0] == '-' || is_digit(token[0])) return number_kind(token);
  if (token == "true" || token == "false") return json_kind::boolean;
  return token == "null" ? json_kind::null : json_kind::broken;
}

json_integer parse_integer(std::string_view digits) {
  json_integer number;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number.value);
  if (read.ec == std::errc{}) return number;
  using range = std::numeric_limits<std::int64_t>;
  return {.value = digits[0] == '-' ? range::min() : range::max(), .exact = false};
}

bool escapes_are_valid(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos;
       at = at < text.size() && text[at] == '\\' ? at : text.find('\\', at)) {
    if (at + 1 >= text.size()) return false;
    if (text[at + 1] == 'u') {
      if (hex4(text.substr(at + 2)) < 0) return false;
      at += 6;
    } else {
      if (std::string_view("\"\\/bfnrt").find(text[at + 1]) == std::string_view::npos) return false;
      at += 2;
    }
  }
  return true;
}

// An escape is never shorter than its character, so the unescaped text needs at most as many bytes as `text`.
void append_unescaped(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.resize(begin + text.size());
  char* to = out.data() + begin;
  for (;;) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    std::memcpy(to, text.data(), plain);
    to += plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    while (!text.empty() && text[0] == '\\') {  // escapes often come in groups
      if (text[1] == 'u') {
        text.remove_prefix(2);
        text.remove_prefix(write_unicode_escape(to, text));
      } else {
        *to++ = unescaped(text[1]);
        text.remove_prefix(2);
      }
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace weir::openai
