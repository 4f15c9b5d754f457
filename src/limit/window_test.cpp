#include "limit/window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "limit/testing/window_model_fixture.hpp"

namespace weir::limit {
namespace {

constexpr std::int64_t start_us = 1'800'000'000'000'000;  // room to go backwards from
constexpr store_time at_ms(std::int64_t ms) { return {start_us + ms * 1'000}; }

decision take(window& w, amounts asked, limits most, store_time now) {
  plan p{.root = {}, .asked = asked, .part_count = 1};
  p.parts[0].most = most;
  window* const windows[] = {&w};
  return limit::take(windows, p, now);
}

// --- one behaviour each

TEST(window, counts_a_charge_in_every_window_of_w_seconds_that_holds_it) {
  window w(10);
  const limits most{.requests = 1};
  ASSERT_TRUE(take(w, {1, 0, 0}, most, at_ms(999)).admitted());
  EXPECT_FALSE(take(w, {1, 0, 0}, most, at_ms(10'999)).admitted());  // 10.000 s later
  EXPECT_TRUE(take(w, {1, 0, 0}, most, at_ms(11'000)).admitted());   // 10.001 s later
}

TEST(window, a_charge_late_in_its_second_lives_w_seconds_an_early_one_w_plus_1) {
  window w(10);
  const limits most{.requests = 1};
  ASSERT_TRUE(take(w, {1, 0, 0}, most, at_ms(0)).admitted());
  const decision v = take(w, {1, 0, 0}, most, at_ms(500));
  EXPECT_EQ(v.retry_after, microseconds(10'500'000));
  EXPECT_FALSE(take(w, {1, 0, 0}, most, {start_us + 10'999'999}).admitted());
  EXPECT_TRUE(take(w, {1, 0, 0}, most, at_ms(11'000)).admitted());
}

TEST(window, a_rejected_take_changes_no_byte) {
  window w(10);
  take(w, {1, 5, 5}, {}, at_ms(0));
  const std::vector<std::uint32_t> before(w.words().begin(), w.words().end());
  EXPECT_EQ(take(w, {1, 5, 5}, {.input_tokens = 9}, at_ms(3'000)).outcome, outcome::rejected);
  EXPECT_EQ(take(w, {1, 5, 5}, {.input_tokens = 4}, at_ms(3'000)).outcome, outcome::exceeds_limit);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), w.words().begin(), w.words().end()));
}

TEST(window, limit_0_never_admits_and_an_amount_of_0_is_always_admitted) {
  window w(10);
  EXPECT_EQ(take(w, {1, 0, 0}, {.requests = 0}, at_ms(0)).outcome, outcome::exceeds_limit);
  EXPECT_TRUE(take(w, {1, 0, 0}, {.input_tokens = 0}, at_ms(0)).admitted());
  EXPECT_FALSE(w.exists() && w.words()[2] != 1);
}

TEST(window, names_the_metric_that_frees_up_last) {
  window w(10);
  take(w, {1, 10, 0}, {}, at_ms(0));
  take(w, {0, 0, 10}, {}, at_ms(2'000));
  const decision v =
      take(w, {1, 1, 1}, {.requests = 1, .input_tokens = 10, .output_tokens = 10}, at_ms(3'000));
  EXPECT_EQ(v.which, metric::output_tokens);
  EXPECT_EQ(v.retry_after, microseconds(10'000'000));
  EXPECT_EQ(v.windows[0].used, (amounts{1, 10, 10}));
}

TEST(window, settle_refunds_its_own_second_and_charges_surplus_to_the_present) {
  window w(10);
  const decision v = take(w, {1, 10, 100}, {}, at_ms(0));
  ASSERT_TRUE(w.settle(v.windows[0].second, v.windows[0].epoch, {1, 10, 100}, {1, 12, 40}, at_ms(4'000)));
  EXPECT_EQ(take(w, {}, {}, at_ms(10'999)).windows[0].used, (amounts{1, 12, 40}));
  EXPECT_EQ(take(w, {}, {}, at_ms(11'000)).windows[0].used, (amounts{0, 2, 0}));
}

TEST(window, settle_of_a_second_that_left_or_of_another_epoch_changes_nothing) {
  window w(10);
  const decision v = take(w, {1, 0, 100}, {}, at_ms(0));
  const auto [used, second, epoch] = v.windows[0];
  EXPECT_FALSE(w.settle(second, epoch + 1, {1, 0, 100}, {1, 0, 0}, at_ms(1'000)));
  EXPECT_FALSE(w.settle(second, epoch, {1, 0, 100}, {1, 0, 0}, at_ms(11'000)));
  EXPECT_FALSE(window(10).settle(second, epoch, {1, 0, 100}, {1, 0, 0}, at_ms(0)));
  EXPECT_TRUE(w.settle(second, epoch, {1, 0, 100}, {1, 0, 0}, at_ms(10'999)));
}

TEST(window, a_clock_put_back_makes_charges_late_never_lost) {
  window w(10);
  take(w, {3, 0, 0}, {}, at_ms(20'000));
  EXPECT_EQ(take(w, {1, 0, 0}, {}, at_ms(18'000)).windows[0].used,
            (amounts{4, 0, 0}));  // within the slack: still the head
  EXPECT_EQ(take(w, {1, 0, 0}, {}, at_ms(5'000)).windows[0].used,
            (amounts{5, 0, 0}));  // restarts, with its total
  EXPECT_EQ(take(w, {}, {}, at_ms(15'999)).windows[0].used, (amounts{5, 0, 0}));
  EXPECT_EQ(take(w, {}, {}, at_ms(16'000)).windows[0].used, amounts{});
}

TEST(window, a_full_window_comes_back_after_its_clock_was_put_back) {
  window w(10);
  const limits most{.requests = 1};
  take(w, {1, 0, 0}, most, at_ms(2'000'000));
  EXPECT_EQ(take(w, {1, 0, 0}, most, at_ms(1'000'000)).retry_after, microseconds(11'000'000));
  EXPECT_EQ(take(w, {1, 0, 0}, most, at_ms(1'005'000)).retry_after, microseconds(6'000'000));
  EXPECT_TRUE(take(w, {1, 0, 0}, most, at_ms(1'011'000)).admitted());
}

TEST(window, a_total_saturates_instead_of_wrapping) {
  window w(10);
  take(w, {1, 0xffff'fff0U, 0}, {}, at_ms(0));
  EXPECT_EQ(take(w, {1, 0xffff'ffffU, 0}, {}, at_ms(1'000)).windows[0].used, (amounts{2, 0xffff'ffffU, 0}));
  EXPECT_EQ(take(w, {}, {}, at_ms(11'000)).windows[0].used, (amounts{1, 15, 0}));
}

// --- random histories

using history = std::vector<step>;

// The window and the log of every charge agree on every answer, and the total is always the sum of the
// buckets.
void agree(std::uint32_t seconds, const history& steps) {
  window w(seconds);
  log_window log(seconds);
  std::vector<std::pair<amounts, window_state>> receipts;
  store_time now{start_us};
  for (const auto& s : steps) {
    now.us += s.gap_us;
    if (s.is_settle) {
      if (receipts.empty()) continue;
      const auto& [reserved, state] = receipts[s.which % receipts.size()];
      RC_ASSERT(w.settle(state.second, state.epoch, reserved, s.asked, now) ==
                log.settle(state.second, state.epoch, reserved, s.asked, now));
      continue;
    }
    const decision v = take(w, s.asked, s.limits, now);
    const auto expected = log.take(s.asked, s.limits, now);
    RC_ASSERT(v.outcome == expected.outcome);
    RC_ASSERT(v.which == expected.which);
    RC_ASSERT(v.retry_after.count() == expected.retry_us);
    if (!v.admitted()) continue;
    RC_ASSERT(v.windows[0].used == expected.used);
    receipts.emplace_back(s.asked, v.windows[0]);
  }
}

RC_GTEST_PROP(window_property, agrees_with_a_log_of_every_charge_w_1, ()) { agree(1, *any_history(1)); }
RC_GTEST_PROP(window_property, agrees_with_a_log_of_every_charge_w_5, ()) { agree(5, *any_history(5)); }
RC_GTEST_PROP(window_property, agrees_with_a_log_of_every_charge_w_60, ()) { agree(60, *any_history(60)); }

// Promise 1: with a clock that only goes forward, no W seconds to the microsecond ever hold more than the
// limit.
RC_GTEST_PROP(window_property, no_w_seconds_hold_more_than_the_limit, ()) {
  const std::uint32_t seconds = *rc::gen::element(1U, 2U, 7U);
  const std::uint32_t most = *rc::gen::inRange(0U, 20U);
  window w(seconds);
  store_time now{start_us};
  std::vector<std::pair<std::int64_t, std::uint32_t>> admitted;
  for (const auto gap :
       *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 700'000))) {
    now.us += gap;
    const std::uint32_t n = *rc::gen::inRange(1U, 4U);
    if (take(w, {n, 0, 0}, {.requests = most}, now).admitted()) admitted.emplace_back(now.us, n);
  }
  for (const auto& [from, first] : admitted) {
    std::uint64_t sum = 0;
    for (const auto& [when, n] : admitted)
      sum += when >= from && when <= from + seconds * 1'000'000LL ? n : 0;
    RC_ASSERT(sum <= most);
  }
}

// Promise 2: what was rejected is admitted exactly at its retry time, and not a microsecond earlier.
RC_GTEST_PROP(window_property, retry_after_is_exact_to_the_microsecond, ()) {
  const std::uint32_t seconds = *rc::gen::element(1U, 5U, 60U);
  const limits most{*rc::gen::inRange(1U, 9U), *rc::gen::inRange(1U, 9U), *rc::gen::inRange(1U, 9U)};
  window w(seconds);
  store_time now{start_us};
  for (const auto gap :
       *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 900'000))) {
    now.us += gap;
    const amounts asked{1, *rc::gen::inRange(0U, 5U), *rc::gen::inRange(0U, 5U)};
    const decision v = take(w, asked, most, now);
    if (v.outcome != outcome::rejected) continue;
    const store_time fits{now.us + v.retry_after.count()};
    window early = w, exact = w;
    RC_ASSERT(!take(early, asked, most, {fits.us - 1}).admitted());
    RC_ASSERT(take(exact, asked, most, fits).admitted());
    RC_ASSERT(v.retry_after.count() <= (seconds + 1) * 1'000'000LL);
  }
}

}  // namespace
}  // namespace weir::limit
