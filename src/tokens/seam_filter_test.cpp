#include "tokens/seam_filter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tokens/encoding.hpp"
#include "tokens/naive_encoder.hpp"

namespace weir::tokens {
namespace {

// "你" is E4 BD A0, "好" E5 A5 BD.
TEST(seam_filter, knows_every_way_in_which_a_token_crosses_a_border) {
  const std::string text = "你好你好";
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto seam = [&](std::string_view token) {
    seam_filter filter;
    if (!token.empty()) filter.add(token);
    return filter.next(begin, begin + text.size()) - begin;
  };
  EXPECT_EQ(seam(""), 3);
  EXPECT_EQ(seam("你"), 3);
  EXPECT_EQ(seam("你好"), 6);
  EXPECT_EQ(seam("的你好"), 6);
  EXPECT_EQ(seam("你\xe5"), 6);
  EXPECT_EQ(seam("你\xe5\xa5"), 6);
  EXPECT_EQ(seam("\xa0\xe5"), 6);
  EXPECT_EQ(seam("\xbd\xa0好"), 6);
  EXPECT_EQ(seam("好你"), 3);
}

TEST(seam_filter, leaves_what_is_shorter_than_two_characters) {
  const seam_filter filter{};
  const std::string text = "你\xe5\xa5";
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(text.data());
  EXPECT_EQ(filter.next(begin, begin + text.size()), begin + text.size());
}

// What is before and behind a seam is encoded apart, for each token at it.
TEST(seam_filter, of_the_vocabularies_cuts_no_token) {
  for (const encoding_name which : {encoding_name::o200k_base, encoding_name::cl100k_base}) {
    const tables t = which == encoding_name::cl100k_base ? cl100k_tables() : o200k_tables();
    const naive_encoder naive(which, WEIR_TOKEN_DATA);
    for (const auto& token : naive.tokens()) {
      const auto* const begin = reinterpret_cast<const std::uint8_t*>(token.data());
      const auto* const end = begin + token.size();
      ASSERT_EQ(t.seams().next(begin, end), end) << token;
    }
  }
}

}  // namespace
}  // namespace weir::tokens
