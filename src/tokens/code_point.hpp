// Finds the class of a code point in UTF-8 text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tokens/tables.hpp"

namespace weir::tokens {

// A position in the text and the code point there.
struct seen {
  char_class is = char_class::other;
  std::uint32_t bytes = 1;
};

inline constexpr auto ascii_classes = [] {
  std::array<char_class, 128> classes{};
  for (unsigned c = 0; c < classes.size(); ++c) {
    if (c >= 'A' && c <= 'Z') classes[c] = char_class::upper;
    if (c >= 'a' && c <= 'z') classes[c] = char_class::lower;
    if (c >= '0' && c <= '9') classes[c] = char_class::number;
    if (c == ' ' || (c >= '\t' && c <= '\r')) classes[c] = char_class::space;
    if (c == '\r' || c == '\n') classes[c] = char_class::newline;
  }
  return classes;
}();

// Looks code points up in the embedded tables.
class code_points {
 public:
  code_points() : names_(class_tables()), blocks_(names_ + class_blocks) {}

  char_class class_of(std::uint32_t point) const {
    return static_cast<char_class>(
        blocks_[(std::size_t{names_[point >> class_block_log2]} << class_block_log2) | (point & 127U)]);
  }

  // Reads the code point at `at` < `end`. Each byte that is not UTF-8 is a code point of class `other`.
  [[gnu::always_inline]] seen look(const std::uint8_t* at, const std::uint8_t* end) const {
    const std::uint8_t c = *at;
    if (c < 0x80) return {ascii_classes[c], 1};
    const std::size_t left = static_cast<std::size_t>(end - at);
    const auto tail = [at](std::size_t i) { return std::uint32_t{at[i]} & 0x3fU; };
    if (c >= 0xe0 && c < 0xf0 && left >= 3) {
      if (c >= 0xe5 && c <= 0xe9)
        return {char_class::letter, 3};  // U+5000 to U+9FFF: ideographs, without a gap
      return {class_of((c & 0xfU) << 12U | tail(1) << 6U | tail(2)), 3};
    }
    if (c >= 0xc2 && c < 0xe0 && left >= 2) return {class_of((c & 0x1fU) << 6U | tail(1)), 2};
    if (c >= 0xf0 && c < 0xf5 && left >= 4) {
      const std::uint32_t point = (c & 7U) << 18U | tail(1) << 12U | tail(2) << 6U | tail(3);
      if (point < 0x110000) return {class_of(point), 4};
    }
    return {char_class::other, 1};
  }

 private:
  const std::uint8_t* names_;
  const std::uint8_t* blocks_;
};

}  // namespace weir::tokens
