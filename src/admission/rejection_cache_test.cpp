#include "admission/rejection_cache.hpp"

#include <gtest/gtest.h>

#include "limit/testing/plan_fixture.hpp"

namespace weir::admission {
namespace {

using namespace std::chrono_literals;
using limit::metric;

constexpr steady_time start = steady_time{} + 1h;

limit::plan asks(std::uint32_t input_tokens, std::string_view key = "a") {
  return limit::plan_of({limit::id_of(key)}, {1, input_tokens, 10}, {.requests = 5, .input_tokens = 500});
}

limit::decision rejection(metric which, microseconds wait = 10s) {
  limit::decision d;
  d.outcome = limit::outcome::rejected;
  d.part_count = 1;
  d.which = which;
  d.retry_after = wait;
  d.now = {1'700'000'000'000'000};
  return d;
}

TEST(rejection_cache, finds_a_rejection_until_its_wait_is_over) {
  rejection_cache cache;
  cache.remember(asks(100), rejection(metric::input_tokens), start);
  const auto known = cache.find(asks(100), start + 4s);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->retry_after, 6s);
  EXPECT_EQ(known->now.us, 1'700'000'004'000'000);
  EXPECT_FALSE(cache.find(asks(100), start + 10s));
}

TEST(rejection_cache, does_not_reject_a_smaller_request) {
  rejection_cache cache;
  cache.remember(asks(100), rejection(metric::input_tokens), start);
  EXPECT_FALSE(cache.find(asks(99), start));
  cache.remember(asks(100), rejection(metric::requests), start);
  EXPECT_TRUE(cache.find(asks(1), start));
}

TEST(rejection_cache, does_not_reject_other_keys) {
  rejection_cache cache;
  cache.remember(asks(100), rejection(metric::requests), start);
  EXPECT_FALSE(cache.find(asks(100, "b"), start));
}

// The window of the project may be full for one key's plan and not for another's.
TEST(rejection_cache, does_not_reject_another_plan_that_shares_a_window) {
  rejection_cache cache;
  const scope_id project = limit::id_of("f");
  const auto of_key = [&](std::string_view key) {
    return limit::plan_of({limit::id_of(key), project}, {1, 100, 10});
  };
  cache.remember(of_key("a"), rejection(metric::requests), start);
  EXPECT_TRUE(cache.find(of_key("a"), start));
  EXPECT_FALSE(cache.find(of_key("b"), start));
  EXPECT_FALSE(cache.find(limit::plan_of({project}, {1, 100, 10}), start));
}

TEST(rejection_cache, does_not_reject_after_the_limits_changed) {
  rejection_cache cache;
  cache.remember(asks(100), rejection(metric::requests), start);
  limit::plan raised = asks(100);
  raised.parts[0].most.requests = 6;
  EXPECT_FALSE(cache.find(raised, start));
}

TEST(rejection_cache, does_not_keep_a_rejection_that_may_end_early) {
  rejection_cache cache;
  cache.remember(asks(100), rejection(metric::output_tokens), start);
  EXPECT_FALSE(cache.find(asks(100), start));
  limit::decision never = rejection(metric::requests);
  never.outcome = limit::outcome::exceeds_limit;
  cache.remember(asks(100), never, start);
  EXPECT_FALSE(cache.find(asks(100), start));
}

}  // namespace
}  // namespace weir::admission
