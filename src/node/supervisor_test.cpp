#include "node/supervisor.hpp"

#include <gtest/gtest.h>

namespace weir::node {
namespace {

using std::chrono::milliseconds;

TEST(plan_stop, leaves_the_settles_a_quarter_of_a_short_stop_and_a_second_of_a_long_one) {
  const stop_times one = plan_stop(std::chrono::seconds(1));
  EXPECT_EQ(one.give_up, milliseconds(750));
  EXPECT_EQ(one.cut, milliseconds(875));
  EXPECT_EQ(one.flush, milliseconds(950));
  EXPECT_EQ(one.end, milliseconds(1000));
  const stop_times ten = plan_stop(std::chrono::seconds(10));
  EXPECT_EQ(ten.give_up, milliseconds(9000));
  EXPECT_EQ(ten.cut, milliseconds(9500));
  EXPECT_EQ(ten.flush, milliseconds(9800));
}

TEST(plan_stop, keeps_the_order_for_every_length) {
  for (int s = 0; s <= 100; ++s) {
    const stop_times t = plan_stop(std::chrono::seconds(s));
    EXPECT_LE(t.give_up, t.cut);
    EXPECT_LE(t.cut, t.flush);
    EXPECT_LE(t.flush, t.end);
    EXPECT_EQ(t.end, std::chrono::seconds(s));
  }
}

}  // namespace
}  // namespace weir::node
