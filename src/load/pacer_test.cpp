#include "load/pacer.hpp"

#include <gtest/gtest.h>

#include <set>

namespace weir::load {
namespace {

constexpr std::int64_t ms = 1'000'000;

struct row {
  double rate;
  std::uint32_t loops, loop;
  std::int64_t elapsed_ms;
  std::uint64_t sent;
  std::int64_t wait_ms;
};

TEST(pacer, waits_until_the_next_start) {
  const row rows[] = {
      {1, 1, 0, 0, 0, 0},          // the first at once
      {1, 1, 0, 0, 1, 1'000},      // 1 a second and one sent: one second more
      {1, 1, 0, 1'000, 1, 0},      // due now
      {1, 1, 0, 1'000, 2, 1'000},  // two sent after one second
      {1, 1, 0, 5'000, 3, 0},      // late, so there is no wait
      {1000, 4, 0, 0, 1, 4},       // every 4th start is this loop's
      {1000, 4, 3, 0, 0, 3},       // the last loop begins 3 ms later
      {1000, 4, 3, 3, 0, 0},
      {0.5, 1, 0, 0, 1, 2'000},  // less than one a second
      {100'000, 2, 1, 0, 50'000, 1'000},
  };
  for (const row& r : rows) {
    const pacer p(r.rate, r.loops, r.loop);
    EXPECT_NEAR(double(p.wait_ns(r.elapsed_ms * ms, r.sent)), double(r.wait_ms * ms), 20'000)
        << r.rate << "/s, loop " << r.loop << " of " << r.loops << ", " << r.sent << " sent after "
        << r.elapsed_ms << " ms";
  }
}

TEST(pacer, loops_share_the_rate_and_never_start_together) {
  std::set<std::int64_t> starts;
  for (std::uint32_t loop = 0; loop < 4; ++loop) {
    const pacer p(1'000, 4, loop);
    for (std::uint64_t k = 0; k < 250; ++k) starts.insert(p.due_ns(k) / ms);
  }
  EXPECT_EQ(starts.size(), 1'000U);  // one start in each millisecond of the first second
}

TEST(pacer, counts_the_starts_of_a_run) {
  const pacer first(200, 2, 0), second(200, 2, 1);
  EXPECT_EQ(first.starts_before(0), 0U);
  EXPECT_EQ(first.starts_before(1), 1U);
  EXPECT_EQ(second.starts_before(5 * ms), 0U);
  EXPECT_EQ(first.starts_before(1'000 * ms) + second.starts_before(1'000 * ms), 200U);
}

TEST(pacer, keeps_nanoseconds_after_a_month) {
  const pacer p(100'000, 1, 0);
  const std::uint64_t month = 100'000ULL * 86'400 * 30;
  EXPECT_EQ(p.due_ns(month + 1) - p.due_ns(month), 10'000);
}

TEST(pacer, a_start_is_late_after_more_than_5_ms) {
  const pacer p(10, 1, 0);
  EXPECT_FALSE(p.late(100 * ms, 1));
  EXPECT_FALSE(p.late(105 * ms, 1));
  EXPECT_TRUE(p.late(106 * ms, 1));
}

}  // namespace
}  // namespace weir::load
