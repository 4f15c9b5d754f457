#include "store/settle_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace weir::store {
namespace {

constexpr steady_time start{};

settlement of(unsigned window, std::uint32_t second, limit::amounts reserved, limit::amounts used,
              std::uint32_t epoch = 1) {
  scope_id id;
  id.hex.fill('0');
  for (std::size_t i = 0; i < 8; ++i) id.hex[i] = "0123456789abcdef"[window >> (4 * i) & 15];
  return {make_window_ref(id, id), second, epoch, reserved, used};
}

TEST(settle_queue, merges_what_was_charged_to_one_second_of_one_window) {
  settle_queue q(8);
  q.add(of(1, 100, {1, 10, 50}, {1, 10, 20}), start);
  q.add(of(1, 100, {1, 5, 60}, {1, 5, 0}), start);
  ASSERT_EQ(q.size(), 1U);
  EXPECT_EQ(q.front()->reserved, (limit::amounts{2, 15, 110}));
  EXPECT_EQ(q.front()->used, (limit::amounts{2, 15, 20}));
}

TEST(settle_queue, keeps_other_seconds_epochs_and_windows_apart) {
  settle_queue q(8);
  q.add(of(1, 100, {1, 0, 0}, {}), start);
  q.add(of(1, 101, {1, 0, 0}, {}), start);
  q.add(of(1, 100, {1, 0, 0}, {}, 2), start);
  q.add(of(2, 100, {1, 0, 0}, {}), start);
  EXPECT_EQ(q.size(), 4U);
}

TEST(settle_queue, does_not_merge_what_would_overflow) {
  settle_queue q(8);
  q.add(of(1, 100, {0, 0, 0xffff'ffff}, {}), start);
  q.add(of(1, 100, {0, 0, 1}, {}), start);
  EXPECT_EQ(q.size(), 2U);
}

// A surplus is charged to the present second, and a refund goes to the charged second.
TEST(settle_queue, does_not_set_a_surplus_against_what_comes_back) {
  settle_queue q(8);
  q.add(of(1, 100, {1, 0, 10}, {1, 0, 5}), start);
  q.add(of(1, 100, {1, 0, 10}, {1, 0, 15}), start);
  EXPECT_EQ(q.size(), 2U);
}

TEST(settle_queue, gives_all_of_a_window_and_only_those) {
  settle_queue q(8);
  q.add(of(1, 100, {1, 0, 0}, {}), start);
  q.add(of(2, 100, {1, 0, 0}, {}), start);
  q.add(of(1, 101, {1, 0, 0}, {}), start);
  const window_ref one = of(1, 0, {}, {}).window;
  for (int n = 0; n < 2; ++n) {
    ASSERT_NE(q.find(one), nullptr);
    q.pop(one);
  }
  EXPECT_EQ(q.find(one), nullptr);
  EXPECT_EQ(q.size(), 1U);
}

TEST(settle_queue, drops_the_oldest_when_full) {
  settle_queue q(2);
  EXPECT_TRUE(q.add(of(1, 100, {1, 0, 0}, {}), start));
  EXPECT_TRUE(q.add(of(2, 100, {1, 0, 0}, {}), start));
  EXPECT_FALSE(q.add(of(3, 100, {1, 0, 0}, {}), start));
  EXPECT_EQ(q.size(), 2U);
  EXPECT_EQ(q.find(of(1, 0, {}, {}).window), nullptr);
}

// Every settle comes out once: the sums by window equal those of a plain map, whatever the order of
// operations.
TEST(settle_queue, agrees_with_a_plain_map_on_random_operations) {
  std::mt19937 random(20261124);
  settle_queue q(1'000'000);
  std::map<unsigned, std::uint64_t> in, out;
  for (int step = 0; step < 20'000; ++step) {
    const auto window = static_cast<unsigned>(random() % 700);
    if (random() % 3 != 0) {
      q.add(of(window, static_cast<std::uint32_t>(100 + random() % 3), {1, 0, 0}, {}), start);
      ++in[window];
    } else if (const window_ref ref = of(window, 0, {}, {}).window; const settlement* s = q.find(ref)) {
      out[window] += s->reserved.requests;
      q.pop(ref);
    }
  }
  for (unsigned window = 0; window < 700; ++window)
    for (const window_ref ref = of(window, 0, {}, {}).window; const settlement* s = q.find(ref); q.pop(ref))
      out[window] += s->reserved.requests;
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(in, out);
}

}  // namespace
}  // namespace weir::store
