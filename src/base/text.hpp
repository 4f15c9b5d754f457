// Small pieces of text handling that several rooms need: ASCII only, no locale.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir {

// Appends a whole number in decimal.
template <std::integral Number>
void append_number(std::string& out, Number n) {
  char digits[20];  // what the longest of 64 bits needs
  out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

// All parts, one behind the other.
inline std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// Letters of ASCII equal in either case; all other bytes only themselves.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace weir
