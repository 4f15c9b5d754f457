#include "load/audit.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "load/audit_feed.hpp"

namespace weir::load {
namespace {

constexpr std::int64_t ms = 1'000'000, s = 1'000 * ms;
constexpr std::uint32_t no = limit::limits::unlimited;
constexpr auto requests = static_cast<std::size_t>(limit::metric::requests);

admission one_request(std::int64_t sent_ns, std::int64_t received_ns, std::uint32_t second = 0) {
  return {.node = 0,
          .key = 0,
          .sent_ns = sent_ns,
          .received_ns = received_ns,
          .used = {1, 0, 0},
          .second = second};
}

audit_line audit_of(const policy_header& policy, const std::vector<admission>& log) {
  audit a({0, 0});
  a.set_limits(0, 0, policy);
  for (const admission& one : log) a.add(one);
  return a.lines().at(0);
}

const policy_header two_in_ten{10, {2, no, no}};

// --- by the generator's own clock

TEST(audit, two_of_two_are_within_the_limit) {
  const audit_line line = audit_of(two_in_ten, {one_request(0, ms), one_request(s, s + ms)});
  EXPECT_EQ(line.by_own_clock[requests].largest, 2U);
  EXPECT_EQ(line.over_admitted(), 0U);
}

TEST(audit, catches_one_too_many) {
  const audit_line line =
      audit_of(two_in_ten, {one_request(0, ms), one_request(s, s + ms), one_request(9 * s, 9 * s + ms)});
  EXPECT_EQ(line.by_own_clock[requests].largest, 3U);
  EXPECT_EQ(line.over_admitted(), 1U);
}

TEST(audit, the_edges_of_a_window_belong_to_it) {
  const audit_line together =
      audit_of(two_in_ten, {one_request(0, 0), one_request(0, 0), one_request(10 * s, 10 * s)});
  EXPECT_EQ(together.over_admitted(), 1U);  // exactly W apart: one window
  const audit_line apart =
      audit_of(two_in_ten, {one_request(0, 0), one_request(0, 0), one_request(10 * s, 10 * s + 1)});
  EXPECT_EQ(apart.over_admitted(), 0U);  // a nanosecond more: the charges may have been further apart
}

TEST(audit, does_not_accuse_a_node_for_a_slow_network) {
  // The first charge may have been made at 0, the last at 10.5 s.
  EXPECT_EQ(audit_of(two_in_ten, {one_request(0, s), one_request(s, 2 * s), one_request(9 * s, 10'500 * ms)})
                .over_admitted(),
            0U);
}

TEST(audit, a_response_slower_than_the_window_is_no_evidence) {
  const audit_line line = audit_of({10, {0, no, no}}, {one_request(0, 10 * s + 1)});
  EXPECT_EQ(line.by_own_clock[requests].largest, 0U);
  EXPECT_EQ(audit_of({10, {0, no, no}}, {one_request(0, 10 * s)}).over_admitted(), 1U);
}

TEST(audit, responses_may_overtake_each_other) {
  // Sent first, received last; and it leaves the window first.
  const std::vector<admission> log{one_request(5 * s, 6 * s), one_request(5 * s, 7 * s),
                                   one_request(0, 8 * s), one_request(14 * s, 14 * s)};
  const audit_line line = audit_of({10, {3, no, no}}, log);
  EXPECT_EQ(line.by_own_clock[requests].largest, 3U);
  EXPECT_EQ(line.over_admitted(), 0U);
}

TEST(audit, counts_a_breach_once_while_it_lasts_and_again_when_it_recurs) {
  std::vector<admission> log;
  for (const std::int64_t at : {0, 1, 2, 3, 4, 30, 31, 32}) log.push_back(one_request(at * s, at * s));
  const audit_line line = audit_of(two_in_ten, log);
  EXPECT_EQ(line.by_own_clock[requests].largest, 5U);
  EXPECT_EQ(line.over_admitted(), 2U);
}

TEST(audit, compares_each_metric_with_its_own_limit) {
  std::vector<admission> log{one_request(0, 0), one_request(s, s)};
  for (admission& a : log) a.used = {1, 600, 50};
  const audit_line line = audit_of({10, {no, 1'000, 100}}, log);
  EXPECT_EQ(line.by_own_clock[1].largest, 1'200U);
  EXPECT_EQ(line.by_own_clock[1].over_windows, 1U);
  EXPECT_EQ(line.by_own_clock[2].largest, 100U);
  EXPECT_EQ(line.over_admitted(), 1U);
}

// --- by the second that the node names

TEST(audit, adds_up_w_plus_one_seconds_of_the_store) {
  const std::int64_t far = 100 * s;  // so far apart that the generator's clock shows no breach
  EXPECT_EQ(audit_of({10, {1, no, no}}, {one_request(0, 0, 50), one_request(far, far, 60)}).over_admitted(),
            1U);
  EXPECT_EQ(audit_of({10, {1, no, no}}, {one_request(0, 0, 50), one_request(far, far, 61)}).over_admitted(),
            0U);
}

TEST(audit, seconds_may_come_out_of_order) {
  const audit_line line = audit_of({10, {2, no, no}}, {one_request(0, 0, 60), one_request(20 * s, 20 * s, 55),
                                                       one_request(40 * s, 40 * s, 50)});
  EXPECT_EQ(line.by_second[requests].largest, 3U);
  EXPECT_EQ(line.by_second[requests].over_windows, 1U);
  EXPECT_EQ(line.over_admitted(), 1U);
}

TEST(audit, a_breach_that_both_views_see_counts_once) {
  EXPECT_EQ(audit_of({10, {1, no, no}}, {one_request(0, 0, 50), one_request(s, s, 51)}).over_admitted(), 1U);
}

// --- nodes that share windows

TEST(audit, audits_nodes_of_one_store_together_and_others_separately) {
  for (const std::uint32_t second_store : {0U, 1U}) {
    audit a({0, second_store});
    for (const std::uint32_t node : {0U, 1U}) a.set_limits(node, 0, {10, {1, no, no}});
    for (const std::uint32_t node : {0U, 1U})
      a.add({.node = node, .key = 0, .sent_ns = node, .received_ns = node, .used = {1, 0, 0}});
    const auto lines = a.lines();
    ASSERT_EQ(lines.size(), 1 + second_store);
    EXPECT_EQ(lines[0].over_admitted(), 1 - second_store);
  }
}

TEST(audit, reports_nothing_without_limits) {
  audit a({0});
  a.set_limits(0, 0, policy_header{});
  for (int i = 0; i < 100; ++i) a.add(one_request(i, i));
  ASSERT_EQ(a.lines().size(), 1U);
  EXPECT_FALSE(a.lines()[0].policy.has_limits());
  EXPECT_EQ(a.lines()[0].over_admitted(), 0U);
}

TEST(audit, the_largest_of_changing_limits_holds) {
  audit a({0});
  for (const std::uint32_t limit : {2U, 3U, 1U}) a.set_limits(0, 0, {10, {limit, no, no}});
  for (int i = 0; i < 3; ++i) a.add(one_request(i, i));
  EXPECT_EQ(a.lines()[0].over_admitted(), 0U);
  a.add(one_request(4, 4));
  EXPECT_EQ(a.lines()[0].over_admitted(), 1U);
}

TEST(audit, says_when_nodes_name_different_windows) {
  audit a({0, 0});
  a.set_limits(0, 0, {10, {1, no, no}});
  EXPECT_FALSE(a.lines()[0].windows_differ);
  a.set_limits(1, 0, {20, {1, no, no}});
  EXPECT_TRUE(a.lines()[0].windows_differ);
}

// --- compared with plain arithmetic

// Adds up each window that ends with an admission from scratch.
std::uint64_t largest_by_brute_force(const std::vector<admission>& log, std::int64_t window) {
  std::uint64_t largest = 0;
  for (const admission& last : log) {
    std::uint64_t sum = 0;
    for (const admission& a : log) {
      if (a.received_ns <= last.received_ns && a.sent_ns >= last.received_ns - window)
        sum += a.used.input_tokens;
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

TEST(window_sweep, finds_the_largest_window_of_random_logs) {
  random_source random(20261124);
  for (int round = 0; round < 300; ++round) {
    std::vector<admission> log(1 + random.below(60));
    for (admission& a : log) {
      a.sent_ns = random.below(100);
      a.received_ns = a.sent_ns + random.below(random.below(30) + 1);
      a.used = {1, random.below(50), 0};
    }
    std::sort(log.begin(), log.end(), [](auto& a, auto& b) { return a.received_ns < b.received_ns; });
    const std::int64_t window = 1 + random.below(40);
    window_sweep sweep(window);
    for (const admission& a : log) sweep.add(a.sent_ns, a.received_ns, a.used, {});
    ASSERT_EQ(sweep.findings()[1].largest, largest_by_brute_force(log, window)) << "round " << round;
  }
}

// --- several loops

TEST(audit_feed, waits_for_the_slowest_loop_and_keeps_the_order) {
  audit a({0});
  audit_feed feed(a, 2);
  feed.add(0, {.seen = {{0, 0, two_in_ten}},
               .admissions = {one_request(3, 3), one_request(9, 9)},
               .complete_to_ns = 10});
  EXPECT_EQ(feed.waiting(), 2U);  // the other loop may still bring earlier ones
  feed.add(1, {.seen = {}, .admissions = {one_request(2, 2)}, .complete_to_ns = 5});
  EXPECT_EQ(feed.waiting(), 1U);
  feed.add(1, {.seen = {}, .admissions = {}, .complete_to_ns = audit_feed::finished});
  feed.add(0, {.seen = {}, .admissions = {}, .complete_to_ns = audit_feed::finished});
  EXPECT_EQ(feed.waiting(), 0U);
  EXPECT_EQ(a.lines()[0].by_own_clock[requests].largest, 3U);
}

TEST(audit_feed, gives_the_same_result_as_one_sorted_log) {
  random_source random(3);
  audit direct({0}), fed({0});
  audit_feed feed(fed, 3);
  const policy_header policy{1, {40, no, no}};
  direct.set_limits(0, 0, policy);
  feed.add(0, {.seen = {{0, 0, policy}}, .admissions = {}, .complete_to_ns = 0});
  for (std::int64_t batch = 0; batch < 100; ++batch) {
    std::vector<admission> all;
    for (int i = 0; i < 12; ++i) {
      const std::int64_t at = batch * 200 * ms + random.below(200) * ms;
      all.push_back(one_request(at, at + random.below(3)));
    }
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.received_ns < b.received_ns; });
    for (const admission& one : all) direct.add(one);
    for (std::size_t loop = 0; loop < 3; ++loop) {
      audit_batch part{.seen = {}, .admissions = {}, .complete_to_ns = (batch + 1) * 200 * ms};
      for (std::size_t i = loop; i < all.size(); i += 3) part.admissions.push_back(all[i]);
      feed.add(loop, part);
    }
  }
  for (std::size_t loop = 0; loop < 3; ++loop)
    feed.add(loop, {.seen = {}, .admissions = {}, .complete_to_ns = audit_feed::finished});
  EXPECT_EQ(fed.lines()[0].by_own_clock[requests].largest, direct.lines()[0].by_own_clock[requests].largest);
  EXPECT_EQ(fed.lines()[0].over_admitted(), direct.lines()[0].over_admitted());
}

}  // namespace
}  // namespace weir::load
