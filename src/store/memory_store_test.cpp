#include "store/memory_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <thread>

#include <boost/asio/co_spawn.hpp>

#include "limit/testing/plan_fixture.hpp"

namespace weir::store {
namespace {

scope_id id_of(unsigned n) {
  scope_id id;
  std::uint64_t bits = (n + 1) * 0x9e3779b97f4a7c15U;
  for (char& digit : id.hex) {
    digit = "0123456789abcdef"[bits & 15];
    bits = std::rotr(bits, 4);
  }
  return id;
}

limit::plan one(unsigned n, limit::amounts asked, limit::limits most, std::uint32_t window_seconds = 10) {
  return limit::plan_of({id_of(n)}, asked, most, window_seconds);
}

constexpr store_time at(std::int64_t second) { return {second * 1'000'000}; }

TEST(memory_windows, a_take_that_one_of_its_windows_rejects_charges_none) {
  memory_windows windows(10);
  limit::plan both = limit::plan_of({id_of(1), id_of(2)}, {1, 0, 0}, {.requests = 5}, 10);
  both.parts[1].most.requests = 0;
  EXPECT_EQ(windows.take(both, at(100)).outcome, limit::outcome::exceeds_limit);
  EXPECT_EQ(windows.take(one(1, {0, 0, 0}, {}), at(100)).windows[0].used, limit::amounts{});
}

TEST(memory_windows, a_settle_refunds_every_window_of_the_take) {
  memory_windows windows(10);
  const limit::plan both = limit::plan_of({id_of(1), id_of(2)}, {1, 10, 100}, {}, 10);
  const limit::receipt taken = limit::make_receipt(both, windows.take(both, at(100)));
  EXPECT_TRUE(windows.settle(taken, {1, 10, 7}, at(105)));
  EXPECT_EQ(windows.take(one(1, {}, {}), at(105)).windows[0].used, (limit::amounts{1, 10, 7}));
  EXPECT_EQ(windows.take(one(2, {}, {}), at(105)).windows[0].used, (limit::amounts{1, 10, 7}));
}

TEST(memory_windows, deletes_windows_that_are_empty) {
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
    const limit::plan p =
        limit::plan_of({id_of(swapped ? 2 : 1), id_of(swapped ? 1 : 2)}, {1, 0, 0}, {.requests = most});
    for (int i = 0; i < 1'000; ++i) admitted += windows.take(p, at(100)).admitted() ? 1U : 0U;
  };
  std::thread a(run, false), b(run, true);
  a.join();
  b.join();
  EXPECT_EQ(admitted, most);
}

TEST(memory_windows, two_keys_of_a_project_share_its_window) {
  memory_windows windows(10);
  const scope_id project = id_of(9);
  const auto of_key = [&](unsigned key) {
    return limit::plan_of({id_of(key), project}, {1, 0, 0}, {.requests = 3}, 10);
  };
  EXPECT_TRUE(windows.take(of_key(1), at(100)).admitted());
  EXPECT_TRUE(windows.take(of_key(2), at(100)).admitted());
  EXPECT_TRUE(windows.take(of_key(1), at(100)).admitted());
  const limit::decision full = windows.take(of_key(2), at(100));
  EXPECT_EQ(full.outcome, limit::outcome::rejected);
  EXPECT_EQ(full.part_index, 1);
  EXPECT_EQ(full.windows[0].used.requests, 1u);
  EXPECT_EQ(full.windows[1].used.requests, 3u);
}

TEST(memory_store, refuses_a_plan_with_another_window_shape) {
  memory_windows windows(10);
  store_counters counters;
  memory_store store(windows, counters, [] { return at(100); });
  for (const limit::window_shape shape : {limit::window_shape{1, 12}, limit::window_shape{10, 11}}) {
    limit::plan p = one(1, {1, 0, 0}, {});
    p.parts[0].shape = shape;
    asio::io_context loop;
    std::optional<result<limit::decision, store_error>> taken;
    auto ask = [&]() -> awaitable<void> { taken = co_await store.take(p, steady_time::max()); };
    auto task = ask();
    asio::co_spawn(loop, std::move(task), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    loop.run();
    ASSERT_TRUE(taken && !*taken);
    EXPECT_EQ(taken->error(), store_error::unsupported_plan);
  }
  EXPECT_EQ(windows.size(), 0u);
  EXPECT_EQ(counters.errors[static_cast<std::size_t>(store_error::unsupported_plan)].get(), 2u);
}

}  // namespace
}  // namespace weir::store
