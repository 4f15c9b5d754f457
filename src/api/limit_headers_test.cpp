#include "api/limit_headers.hpp"

#include <gtest/gtest.h>

#include "limit/testing/plan_fixture.hpp"

namespace weir::api {
namespace {

using limit::decision;
using limit::limits;
using limit::metric;
using limit::outcome;

decision decided(outcome o, const limit::amounts& used, std::uint32_t second, store_time now) {
  decision d;
  d.outcome = o;
  d.part_count = 1;
  d.now = now;
  d.windows[0] = {used, second, 1};
  return d;
}

limit::plan plan_of(const limits& l) { return limit::plan_of({limit::id_of("a")}, {}, l); }

std::string lines(const limits& l, const decision& d) {
  std::string out;
  append_limit_headers(out, plan_of(l), d);
  return out;
}

TEST(limit_headers, show_limit_remaining_and_reset_of_each_metric) {
  const limits l{.requests = 120, .input_tokens = 20'000, .output_tokens = 10'000};
  const decision d = decided(outcome::admitted, {1, 9, 512}, 1000, {1'000'790'000});
  EXPECT_EQ(
      lines(l, d),
      "x-ratelimit-limit-requests: 120\r\n"
      "x-ratelimit-limit-input-tokens: 20000\r\n"
      "x-ratelimit-limit-output-tokens: 10000\r\n"
      "RateLimit-Policy: \"requests\";q=120;w=60, \"input-tokens\";q=20000;w=60, "
      "\"output-tokens\";q=10000;w=60\r\n"
      "x-ratelimit-remaining-requests: 119\r\n"
      "x-ratelimit-reset-requests: 1m0.21s\r\n"
      "x-ratelimit-remaining-input-tokens: 19991\r\n"
      "x-ratelimit-reset-input-tokens: 1m0.21s\r\n"
      "x-ratelimit-remaining-output-tokens: 9488\r\n"
      "x-ratelimit-reset-output-tokens: 1m0.21s\r\n"
      "RateLimit: \"requests\";r=119;t=61, \"input-tokens\";r=19991;t=61, \"output-tokens\";r=9488;t=61\r\n");
}

TEST(limit_headers, omit_an_unlimited_metric) {
  const limits l{.input_tokens = 7};
  EXPECT_EQ(lines(l, decided(outcome::admitted, {1, 7, 3}, 1000, {1'000'000'000})),
            "x-ratelimit-limit-input-tokens: 7\r\nRateLimit-Policy: \"input-tokens\";q=7;w=60\r\n"
            "x-ratelimit-remaining-input-tokens: 0\r\nx-ratelimit-reset-input-tokens: 1m1s\r\n"
            "RateLimit: \"input-tokens\";r=0;t=61\r\n");
}

TEST(limit_headers, are_absent_without_limits_or_windows) {
  EXPECT_EQ(lines({}, decided(outcome::admitted, {1, 1, 1}, 1000, {1'000'000'000})), "");
  decision bypassed;
  EXPECT_EQ(lines({.requests = 3}, bypassed), "");
}

TEST(limit_headers, say_when_a_rejected_request_fits) {
  decision d = decided(outcome::rejected, {3, 0, 0}, 1000, {1'000'000'000});
  d.which = metric::requests;
  d.retry_after = microseconds{19'000'001};
  const std::string text = lines({.requests = 3}, d);
  EXPECT_NE(text.find("RateLimit: \"requests\";r=0;t=20\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("x-ratelimit-reset-requests: 1m1s\r\n"), std::string::npos) << text;
}

// A limit that was lowered below the usage leaves 0, not a huge number.
TEST(limit_headers, never_go_below_0) {
  const std::string text =
      lines({.requests = 2}, decided(outcome::rejected, {9, 0, 0}, 1000, {1'000'000'000}));
  EXPECT_NE(text.find("x-ratelimit-remaining-requests: 0\r\n"), std::string::npos) << text;
}

TEST(limit_headers, fit_their_buffer_at_the_largest_numbers) {
  const limits l{limits::largest, limits::largest, limits::largest};
  const decision d = decided(outcome::rejected, {1, 1, 1}, 0xffffffffU, {0});
  EXPECT_GT(lines(l, d).size(), 400u);
}

TEST(limit_headers, show_the_reported_part_with_the_least_left) {
  limit::plan p = limit::plan_of({limit::id_of("a"), limit::id_of("b")}, {}, {.requests = 10});
  p.parts[1].most = {.requests = 8, .input_tokens = 50};
  decision d = decided(outcome::admitted, {1, 0, 0}, 1000, {1'000'000'000});
  d.part_count = 2;
  d.windows[1] = {{7, 20, 0}, 1000, 1};
  const auto headers = [&](std::uint8_t reported) {
    p.reported = reported;
    std::string out;
    append_limit_headers(out, p, d);
    return out;
  };
  EXPECT_NE(headers(0b01).find("x-ratelimit-remaining-requests: 9\r\n"), std::string::npos);
  EXPECT_EQ(headers(0b01).find("input-tokens"), std::string::npos);
  EXPECT_NE(headers(0b11).find("x-ratelimit-remaining-requests: 1\r\n"), std::string::npos);
  EXPECT_NE(headers(0b11).find("RateLimit-Policy: \"requests\";q=8;w=60, \"input-tokens\";q=50;w=60\r\n"),
            std::string::npos);
  EXPECT_EQ(headers(0b00), "");
}

TEST(empty_after, is_the_time_until_the_last_charge_has_left) {
  const auto after = [](const decision& d) {
    return empty_after(plan_of({}), d, 0, metric::requests).count();
  };
  EXPECT_EQ(after(decided(outcome::admitted, {1, 0, 0}, 1000, {1'000'000'001})), 60'999'999);
  EXPECT_EQ(after(decided(outcome::admitted, {0, 5, 0}, 1000, {1'000'000'000})), 0);
  EXPECT_EQ(after(decided(outcome::rejected, {1, 0, 0}, 1000, {2'000'000'000})), 0);
}

}  // namespace
}  // namespace weir::api
