#include "store/memory_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <thread>

namespace weir {
namespace {

key_id id_of(unsigned n) {
  key_id id;
  std::uint64_t bits = (n + 1) * 0x9e3779b97f4a7c15U;
  for (char& digit : id.hex) {
    digit = "0123456789abcdef"[bits & 15];
    bits = std::rotr(bits, 4);
  }
  return id;
}

charge one(unsigned n, amounts asked, limits most) {
  charge c{.asked = asked};
  c.scopes[0] = {id_of(n), most};
  return c;
}

constexpr store_time at(std::int64_t second) { return {second * 1'000'000}; }

TEST(memory_windows, a_take_that_one_of_its_windows_refuses_charges_none) {
  memory_windows windows(10);
  charge both = one(1, {1, 0, 0}, {.requests = 5});
  both.scope_count = 2;
  both.scopes[1] = {id_of(2), {.requests = 0}};
  EXPECT_EQ(windows.take(both, at(100)).outcome, outcome::never_fits);
  EXPECT_EQ(windows.take(one(1, {0, 0, 0}, {}), at(100)).windows[0].used, amounts{});
}

TEST(memory_windows, a_settle_gives_back_in_every_window_of_the_take) {
  memory_windows windows(10);
  charge both = one(1, {1, 10, 100}, {});
  both.scope_count = 2;
  both.scopes[1] = {id_of(2), {}};
  const receipt taken = make_receipt(both, windows.take(both, at(100)));
  EXPECT_TRUE(windows.settle(taken, {1, 10, 7}, at(105)));
  EXPECT_EQ(windows.take(one(1, {}, {}), at(105)).windows[0].used, (amounts{1, 10, 7}));
  EXPECT_EQ(windows.take(one(2, {}, {}), at(105)).windows[0].used, (amounts{1, 10, 7}));
}

TEST(memory_windows, forgets_windows_that_are_empty) {
  memory_windows windows(10);
  for (unsigned n = 0; n < 5'000; ++n) windows.take(one(n, {1, 0, 0}, {}), at(100));
  EXPECT_EQ(windows.size(), 5'000U);
  for (unsigned n = 0; n < 50'000; ++n) windows.take(one(n % 500, {1, 0, 0}, {}), at(200));
  EXPECT_LE(windows.size(), 500U);
}

TEST(memory_windows, admits_exactly_the_limit_to_threads_that_race_over_crossing_windows) {
  memory_windows windows(60);
  constexpr std::uint32_t most = 1'000;
  std::atomic<std::uint32_t> admitted{0};
  const auto run = [&](bool swapped) {
    charge c = one(swapped ? 2 : 1, {1, 0, 0}, {.requests = most});
    c.scope_count = 2;
    c.scopes[1] = {id_of(swapped ? 1 : 2), {.requests = most}};
    for (int i = 0; i < 1'000; ++i) admitted += windows.take(c, at(100)).admitted() ? 1U : 0U;
  };
  std::thread a(run, false), b(run, true);
  a.join();
  b.join();
  EXPECT_EQ(admitted, most);
}

}  // namespace
}  // namespace weir
