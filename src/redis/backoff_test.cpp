#include "redis/backoff.hpp"

#include <gtest/gtest.h>

namespace weir::redis {
namespace {

using namespace std::chrono_literals;

TEST(redis_backoff, doubles_up_to_the_longest_and_stays_in_the_upper_half) {
  backoff b(50ms, 2s, 7);
  for (const auto most : {50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 2000ms, 2000ms}) {
    const auto wait = b.next();
    EXPECT_GE(wait, most / 2);
    EXPECT_LE(wait, most);
  }
}

TEST(redis_backoff, starts_small_again_after_a_reset) {
  backoff b(50ms, 2s, 7);
  for (int i = 0; i < 100; ++i) b.next();
  b.reset();
  EXPECT_LE(b.next(), 50ms);
}

TEST(redis_backoff, differs_between_seeds) {
  EXPECT_NE(backoff(1s, 2s, 1).next(), backoff(1s, 2s, 2).next());
}

}  // namespace
}  // namespace weir::redis
