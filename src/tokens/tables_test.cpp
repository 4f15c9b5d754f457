#include "tokens/tables.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tokens/token_cache.hpp"

namespace weir::tokens {
namespace {

TEST(tables, hold_both_vocabularies_in_less_than_20_megabytes) {
  EXPECT_EQ(o200k_tables().token_count(), 199'998U);
  EXPECT_EQ(cl100k_tables().token_count(), 100'256U);
  EXPECT_LT(o200k_tables().size_bytes() + cl100k_tables().size_bytes(), 20U << 20U);
}

TEST(tables, know_the_merge_of_every_token_and_no_other) {
  for (const tables& t : {o200k_tables(), cl100k_tables()}) {
    std::mt19937 random(20261124);
    for (token_id token = 0; token < t.token_count(); ++token) {
      const token_info info = t.info(token);
      if (info.length() > 1) {
        ASSERT_EQ(t.merged(info.left(), info.right()), token);
      }
      const auto a = static_cast<token_id>(random() % t.token_count()),
                 b = static_cast<token_id>(random() % t.token_count());
      if (const token_id m = t.merged(a, b); m != no_token) {
        EXPECT_EQ(t.info(m).left(), a);
        EXPECT_EQ(t.info(m).right(), b);
      }
    }
  }
}

TEST(tables, lengths_of_a_token_are_those_of_its_halves) {
  const tables t = o200k_tables();
  for (token_id token = 0; token < t.token_count(); ++token) {
    const token_info info = t.info(token);
    if (info.length() > 1) {
      ASSERT_EQ(info.length(), t.info(info.left()).length() + t.info(info.right()).length());
    }
    if (info.prefix() != no_token) {
      ASSERT_LT(t.info(info.prefix()).length(), info.length());
    }
  }
}

TEST(memory, answers_as_the_tables_do) {
  const tables t = cl100k_tables();
  token_cache memory;
  std::mt19937 random(20261124);
  for (int i = 0; i < 100'000; ++i) {
    const auto a = static_cast<token_id>(random() % 3000), b = static_cast<token_id>(random() % 3000);
    ASSERT_EQ(memory.may_follow(t, a, b), t.may_follow(a, b));
  }
}

}  // namespace
}  // namespace weir::tokens
