#include "gate/refusal_memory.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start = steady_time{} + 1h;

charge asks(std::uint32_t input_tokens, char key = 'a') {
  charge c;
  c.asked = {1, input_tokens, 10};
  c.scopes[0].id.hex.fill(key);
  return c;
}
verdict refused(metric which, microseconds wait = 10s) {
  verdict v;
  v.outcome = outcome::rejected;
  v.which = which;
  v.retry_after = wait;
  v.now = {1'700'000'000'000'000};
  return v;
}

TEST(refusal_memory, recalls_a_refusal_until_its_time_is_over) {
  refusal_memory memory;
  memory.remember(asks(100), refused(metric::input_tokens), start);
  const auto known = memory.recall(asks(100), start + 4s);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->retry_after, 6s);
  EXPECT_EQ(known->now.us, 1'700'000'004'000'000);
  EXPECT_FALSE(memory.recall(asks(100), start + 10s));
}

TEST(refusal_memory, knows_nothing_of_a_smaller_request) {
  refusal_memory memory;
  memory.remember(asks(100), refused(metric::input_tokens), start);
  EXPECT_FALSE(memory.recall(asks(99), start));
  memory.remember(asks(100), refused(metric::requests), start);
  EXPECT_TRUE(memory.recall(asks(1), start));
}

TEST(refusal_memory, knows_nothing_of_other_keys) {
  refusal_memory memory;
  memory.remember(asks(100), refused(metric::requests), start);
  EXPECT_FALSE(memory.recall(asks(100, 'b'), start));
}

TEST(refusal_memory, forgets_what_may_come_back_before_its_time) {
  refusal_memory memory;
  memory.remember(asks(100), refused(metric::output_tokens), start);
  EXPECT_FALSE(memory.recall(asks(100), start));
  verdict never = refused(metric::requests);
  never.outcome = outcome::never_fits;
  memory.remember(asks(100), never, start);
  EXPECT_FALSE(memory.recall(asks(100), start));
}

}  // namespace
}  // namespace weir
