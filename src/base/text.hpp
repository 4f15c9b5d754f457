// Small text functions that several modules need. ASCII only; the locale plays no part.
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
  char digits[20];  // as long as the longest number of 64 bits
  out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

// Concatenates the parts.
inline std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// Compares with ASCII letters folded; all other bytes must be equal.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace weir
