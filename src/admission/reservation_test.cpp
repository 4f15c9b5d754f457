#include "admission/reservation.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <vector>

#include "admission/testing/fake_store.hpp"

namespace weir::admission {
namespace {

const limit::receipt taken{.root = {}, .reserved = {1, 20, 100}, .part_count = 1, .places = {}};

class reservation_test : public testing::Test {
 protected:
  reservation reserve() { return {store_, counters_, taken}; }

  fake_store store_;
  admission_counters counters_;
};

TEST_F(reservation_test, settles_at_the_produced_output) {
  {
    reservation held = reserve();
    held.produced(32);
    EXPECT_TRUE(store_.settled.empty());
  }
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, 20, 32}}));
  EXPECT_EQ(counters_.produced_output_tokens.get(), 32u);
}

TEST_F(reservation_test, settles_at_no_output_when_it_ends_before_any) {
  try {
    reservation held = reserve();
    throw std::runtime_error("the client has left");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, 20, 0}}));
}

TEST_F(reservation_test, refunds_everything_when_the_upstream_never_got_the_request) {
  reserve().unused();
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{0, 0, 0}}));
}

TEST_F(reservation_test, sends_no_settle_that_changes_nothing) {
  reserve().produced(100);
  EXPECT_TRUE(store_.settled.empty());
  EXPECT_EQ(counters_.produced_output_tokens.get(), 100u);
}

TEST_F(reservation_test, settles_once_however_often_it_is_moved) {
  {
    reservation first = reserve();
    first.produced(5);
    std::optional<reservation> second(std::move(first));
    const reservation third(std::move(*second));
  }
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, 20, 5}}));
  EXPECT_EQ(counters_.produced_output_tokens.get(), 5u);
}

}  // namespace
}  // namespace weir::admission
