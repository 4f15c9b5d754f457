#include "node/supervisor.hpp"

#include <gtest/gtest.h>

namespace weir::node {
namespace {

using std::chrono::milliseconds;

TEST(make_stop_times, leaves_settles_a_quarter_of_a_short_stop_and_a_second_of_a_long_one) {
  const stop_times one = make_stop_times(std::chrono::seconds(1));
  EXPECT_EQ(one.fail_waiting, milliseconds(750));
  EXPECT_EQ(one.close_connections, milliseconds(875));
  EXPECT_EQ(one.flush, milliseconds(950));
  EXPECT_EQ(one.end, milliseconds(1000));
  const stop_times ten = make_stop_times(std::chrono::seconds(10));
  EXPECT_EQ(ten.fail_waiting, milliseconds(9000));
  EXPECT_EQ(ten.close_connections, milliseconds(9500));
  EXPECT_EQ(ten.flush, milliseconds(9800));
}

TEST(make_stop_times, keeps_the_order_for_every_length) {
  for (int s = 0; s <= 100; ++s) {
    const stop_times t = make_stop_times(std::chrono::seconds(s));
    EXPECT_LE(t.fail_waiting, t.close_connections);
    EXPECT_LE(t.close_connections, t.flush);
    EXPECT_LE(t.flush, t.end);
    EXPECT_EQ(t.end, std::chrono::seconds(s));
  }
}

}  // namespace
}  // namespace weir::node
