#include "tokens/ascii_block.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tokens/code_point.hpp"

namespace weir::tokens {
namespace {

using block = std::array<std::uint8_t, block_bytes>;

char_class class_at(const block& b, unsigned i) { return b[i] < 0x80 ? ascii_classes[b[i]] : char_class::mark; }

// Every byte at every place among random ones.
template <class F>
void for_blocks(F&& check) {
  std::mt19937 random(20261124);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned at = 0; at < block_bytes; ++at) {
      block b;
      for (auto& c : b) c = static_cast<std::uint8_t>(random());
      b[at] = static_cast<std::uint8_t>(byte);
      check(b);
    }
  }
}

TEST(ascii_block, tells_letters_by_case) {
  for_blocks([](const block& b) {
    const letter_bits fast = letters(b.data()), portable = letters_portable(b.data());
    EXPECT_EQ(fast.upper, portable.upper);
    EXPECT_EQ(fast.lower, portable.lower);
    for (unsigned i = 0; i < block_bytes; ++i) {
      EXPECT_EQ((fast.upper >> i & 1U) != 0, class_at(b, i) == char_class::upper) << unsigned{b[i]};
      EXPECT_EQ((fast.lower >> i & 1U) != 0, class_at(b, i) == char_class::lower) << unsigned{b[i]};
    }
  });
}

TEST(ascii_block, tells_blanks_and_newlines) {
  for_blocks([](const block& b) {
    const blank_bits fast = blanks(b.data()), portable = blanks_portable(b.data());
    EXPECT_EQ(fast.blank, portable.blank);
    EXPECT_EQ(fast.newline, portable.newline);
    for (unsigned i = 0; i < block_bytes; ++i) {
      const char_class is = class_at(b, i);
      EXPECT_EQ((fast.blank >> i & 1U) != 0, is == char_class::space || is == char_class::newline) << unsigned{b[i]};
      EXPECT_EQ((fast.newline >> i & 1U) != 0, is == char_class::newline) << unsigned{b[i]};
    }
  });
}

TEST(ascii_block, tells_signs) {
  for_blocks([](const block& b) {
    EXPECT_EQ(signs(b.data()), signs_portable(b.data()));
    for (unsigned i = 0; i < block_bytes; ++i) {
      EXPECT_EQ((signs(b.data()) >> i & 1U) != 0, class_at(b, i) == char_class::other) << unsigned{b[i]};
    }
  });
}

}  // namespace
}  // namespace weir::tokens
