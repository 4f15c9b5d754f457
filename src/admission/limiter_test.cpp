#include "admission/limiter.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "admission/testing/fake_store.hpp"
#include "limit/testing/plan_fixture.hpp"

namespace weir::admission {
namespace {

using namespace std::chrono_literals;
using limit::metric;

constexpr steady_time deadline = steady_time{} + 2h;

class limiter_test : public testing::Test {
 protected:
  result<admission, store_error> admit(const limit::plan& p) {
    asio::io_context loop;
    std::optional<result<admission, store_error>> answer;
    const auto ask = [&]() -> awaitable<void> {
      auto done = co_await limiter_.admit(p, deadline);
      answer.emplace(std::move(done));
    };
    asio::co_spawn(loop, ask(), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    loop.run();
    return std::move(*answer);
  }

  const limit::plan plan_ = limit::plan_of({limit::id_of("a")}, {1, 20, 100}, {.requests = 5});
  fake_store store_;
  admission_counters counters_;
  limiter limiter_{store_, counters_, [] { return steady_time{} + 1h; }};
};

TEST_F(limiter_test, holds_an_admitted_plan_until_its_reservation_settles) {
  {
    auto admitted = admit(plan_);
    ASSERT_TRUE(admitted && admitted->held);
    EXPECT_TRUE(admitted->decision.admitted());
    EXPECT_EQ(store_.last_deadline, deadline);
    EXPECT_TRUE(store_.settled.empty());
    admitted->held->produced(30);
  }
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, 20, 30}}));
  EXPECT_EQ(store_.receipts[0].places[0].epoch, 7u);
  EXPECT_EQ(counters_.admitted.get(), 1u);
  EXPECT_EQ(counters_.input_tokens.get(), 20u);
  EXPECT_EQ(counters_.reserved_output_tokens.get(), 100u);
  EXPECT_EQ(counters_.produced_output_tokens.get(), 30u);
}

TEST_F(limiter_test, holds_nothing_after_a_rejection_and_remembers_it) {
  EXPECT_FALSE(limiter_.known_rejection(plan_));
  store_.answer.outcome = limit::outcome::rejected;
  store_.answer.which = metric::requests;
  store_.answer.retry_after = 9s;
  const auto rejected = admit(plan_);
  ASSERT_TRUE(rejected);
  EXPECT_FALSE(rejected->held);
  const auto known = limiter_.known_rejection(plan_);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->retry_after, 9s);
  EXPECT_EQ(counters_.rejected[0].get(), 2u);
  EXPECT_TRUE(store_.settled.empty());
}

TEST_F(limiter_test, counts_plans_that_exceed_a_limit_by_metric) {
  store_.answer.outcome = limit::outcome::exceeds_limit;
  store_.answer.which = metric::output_tokens;
  EXPECT_FALSE(admit(plan_)->held);
  EXPECT_EQ(counters_.exceeds_limit[2].get(), 1u);
}

TEST_F(limiter_test, passes_on_the_error_of_the_store) {
  store_.error = store_error::overloaded;
  EXPECT_EQ(admit(plan_).error(), store_error::overloaded);
  EXPECT_EQ(counters_.admitted.get(), 0u);
}

TEST(health_summary, is_the_worst_state_of_all_workers) {
  store_health a, b;
  const store_health* const both[] = {&a, &b};
  a.state = store_state::up;
  a.reached_once = true;
  EXPECT_EQ(summarize(both).state, store_state::connecting);
  EXPECT_FALSE(summarize(both).reached_once);
  b.reached_once = true;
  for (const store_state worse :
       {store_state::up, store_state::connecting, store_state::down, store_state::mismatch}) {
    b.state = worse;
    EXPECT_EQ(summarize(both).state, worse);
    EXPECT_TRUE(summarize(both).reached_once);
  }
}

}  // namespace
}  // namespace weir::admission
