#include "store/redis_clock.hpp"

#include <gtest/gtest.h>

namespace weir::store {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{1h};

TEST(redis_clock, runs_with_the_steady_clock) {
  redis_clock c;
  c.begin({5'000'000}, start);
  EXPECT_EQ(c.at(start + 3s).us, 8'000'000);
}

TEST(redis_clock, keeps_what_a_quick_reply_told_when_a_slow_one_agrees) {
  redis_clock c;
  c.begin({5'000'000}, start);
  c.seen({5'100'000}, start + 90ms, start + 900ms);  // read at some moment between the two
  EXPECT_EQ(c.at(start + 1s).us, 6'000'000);
}

TEST(redis_clock, follows_a_clock_that_was_put_back_or_forward) {
  redis_clock c;
  c.begin({5'000'000}, start);
  c.seen({1'000'000}, start + 1s, start + 1s);
  EXPECT_EQ(c.at(start + 2s).us, 2'000'000);
  c.seen({60'000'000}, start + 3s, start + 3s);
  EXPECT_EQ(c.at(start + 3s).us, 60'000'000);
}

}  // namespace
}  // namespace weir::store
