#include "gate/reservation.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <vector>

namespace weir {
namespace {

class settle_log final : public store {
 public:
  awaitable<result<verdict, outage>> take(const charge&, steady_time) override { co_return outage::refused; }
  void settle(const receipt&, const amounts& used) noexcept override { settled.push_back(used); }
  std::vector<amounts> settled;
};

const receipt taken{.reserved = {1, 20, 100}, .scope_count = 1, .parts = {}};

TEST(reservation, settles_at_what_was_produced) {
  settle_log log;
  {
    reservation held(log, taken);
    held.produced(32);
    EXPECT_TRUE(log.settled.empty());
  }
  EXPECT_EQ(log.settled, (std::vector<amounts>{{1, 20, 32}}));
}

TEST(reservation, settles_at_no_output_when_it_ends_before_any) {
  settle_log log;
  try {
    reservation held(log, taken);
    throw std::runtime_error("the client has left");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(log.settled, (std::vector<amounts>{{1, 20, 0}}));
}

TEST(reservation, gives_everything_back_when_the_upstream_never_got_it) {
  settle_log log;
  {
    reservation(log, taken).unused();
  }
  EXPECT_EQ(log.settled, (std::vector<amounts>{{0, 0, 0}}));
}

TEST(reservation, sends_no_settle_that_changes_nothing) {
  settle_log log;
  {
    reservation(log, taken).produced(100);
  }
  EXPECT_TRUE(log.settled.empty());
}

TEST(reservation, settles_once_however_often_it_moved) {
  settle_log log;
  {
    reservation first(log, taken);
    first.produced(5);
    std::optional<reservation> second(std::move(first));
    const reservation third(std::move(*second));
  }
  EXPECT_EQ(log.settled, (std::vector<amounts>{{1, 20, 5}}));
}

}  // namespace
}  // namespace weir
