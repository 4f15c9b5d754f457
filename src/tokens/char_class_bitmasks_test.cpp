#include "tokens/char_class_bitmasks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tokens/code_point.hpp"

namespace weir::tokens {
namespace {

using block = std::array<std::uint8_t, mask_bytes>;

// Tries every byte value at every position among random bytes.
TEST(char_class_bitmasks, tell_what_every_byte_is) {
  std::mt19937 random(20261124);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned at = 0; at < mask_bytes; ++at) {
      block b;
      for (auto& c : b) c = static_cast<std::uint8_t>(random());
      b[at] = static_cast<std::uint8_t>(byte);
      const char_class_bitmasks m = look_at_64(b.data());
      const auto bit = [at](std::uint64_t mask) { return (mask >> at & 1U) != 0; };
      const char_class is = byte < 0x80 ? ascii_classes[byte] : char_class::mark;
      EXPECT_EQ(bit(m.upper), is == char_class::upper) << byte;
      EXPECT_EQ(bit(m.lower), is == char_class::lower) << byte;
      EXPECT_EQ(bit(m.digit), is == char_class::number) << byte;
      EXPECT_EQ(bit(m.whitespace), is == char_class::space || is == char_class::newline) << byte;
      EXPECT_EQ(bit(m.newline), is == char_class::newline) << byte;
      EXPECT_EQ(bit(m.symbol()), is == char_class::other) << byte;
      EXPECT_EQ(bit(m.space), byte == ' ') << byte;
      EXPECT_EQ(bit(m.apostrophe), byte == '\'') << byte;
      EXPECT_EQ(bit(m.slash), byte == '/') << byte;
      EXPECT_EQ(bit(m.not_ascii), byte >= 0x80) << byte;
    }
  }
}

}  // namespace
}  // namespace weir::tokens
