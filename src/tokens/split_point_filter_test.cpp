#include "tokens/split_point_filter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tokens/encoding.hpp"
#include "tokens/testing/naive_encoder_fixture.hpp"

namespace weir::tokens {
namespace {

// "你" is E4 BD A0, "好" E5 A5 BD.
TEST(split_point_filter, knows_every_way_in_which_a_token_crosses_a_border) {
  const std::string text = "你好你好";
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto split_point = [&](std::string_view token) {
    split_point_filter filter;
    if (!token.empty()) filter.add(token);
    return filter.next(begin, begin + text.size()) - begin;
  };
  EXPECT_EQ(split_point(""), 3);
  EXPECT_EQ(split_point("你"), 3);
  EXPECT_EQ(split_point("你好"), 6);
  EXPECT_EQ(split_point("的你好"), 6);
  EXPECT_EQ(split_point("你\xe5"), 6);
  EXPECT_EQ(split_point("你\xe5\xa5"), 6);
  EXPECT_EQ(split_point("\xa0\xe5"), 6);
  EXPECT_EQ(split_point("\xbd\xa0好"), 6);
  EXPECT_EQ(split_point("好你"), 3);
}

TEST(split_point_filter, leaves_what_is_shorter_than_two_characters) {
  const split_point_filter filter{};
  const std::string text = "你\xe5\xa5";
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(text.data());
  EXPECT_EQ(filter.next(begin, begin + text.size()), begin + text.size());
}

// Both sides of a safe split point are encoded separately, for each token next to it.
TEST(split_point_filter, of_the_vocabularies_cuts_no_token) {
  for (const encoding_name which : {encoding_name::o200k_base, encoding_name::cl100k_base}) {
    const tables t = which == encoding_name::cl100k_base ? cl100k_tables() : o200k_tables();
    const naive_encoder naive(which, WEIR_TOKEN_DATA);
    for (const auto& token : naive.tokens()) {
      const auto* const begin = reinterpret_cast<const std::uint8_t*>(token.data());
      const auto* const end = begin + token.size();
      ASSERT_EQ(t.split_points().next(begin, end), end) << token;
    }
  }
}

}  // namespace
}  // namespace weir::tokens
