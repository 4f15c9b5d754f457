#include "gate/limit_headers.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::uint32_t window_seconds = 60;

verdict decided(outcome o, const amounts& used, std::uint32_t second, store_time now) {
  verdict v;
  v.outcome = o;
  v.now = now;
  v.windows[0] = {used, second, 1};
  return v;
}

std::string lines(const limits& l, const verdict& v) {
  std::string out;
  append_limit_lines(out, fixed_limit_lines(l, window_seconds), l, v, window_seconds);
  return out;
}

TEST(limit_headers, tell_limit_remaining_and_reset_of_each_metric) {
  const limits l{.requests = 120, .input_tokens = 20'000, .output_tokens = 10'000};
  const verdict v = decided(outcome::admitted, {1, 9, 512}, 1000, {1'000'790'000});
  EXPECT_EQ(
      lines(l, v),
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

TEST(limit_headers, leave_an_unlimited_metric_out) {
  const limits l{.input_tokens = 7};
  EXPECT_EQ(lines(l, decided(outcome::admitted, {1, 7, 3}, 1000, {1'000'000'000})),
            "x-ratelimit-limit-input-tokens: 7\r\nRateLimit-Policy: \"input-tokens\";q=7;w=60\r\n"
            "x-ratelimit-remaining-input-tokens: 0\r\nx-ratelimit-reset-input-tokens: 1m1s\r\n"
            "RateLimit: \"input-tokens\";r=0;t=61\r\n");
}

TEST(limit_headers, are_none_for_a_key_without_limits_or_a_verdict_without_window) {
  EXPECT_EQ(lines({}, decided(outcome::admitted, {1, 1, 1}, 1000, {1'000'000'000})), "");
  verdict bypassed;
  bypassed.scope_count = 0;
  EXPECT_EQ(lines({.requests = 3}, bypassed), "");
}

TEST(limit_headers, say_for_the_metric_that_refused_when_this_request_fits) {
  verdict v = decided(outcome::rejected, {3, 0, 0}, 1000, {1'000'000'000});
  v.which = metric::requests;
  v.retry_after = microseconds{19'000'001};
  const std::string text = lines({.requests = 3}, v);
  EXPECT_NE(text.find("RateLimit: \"requests\";r=0;t=20\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("x-ratelimit-reset-requests: 1m1s\r\n"), std::string::npos) << text;
}

// A limit that was lowered below what is used leaves nothing, not a huge number.
TEST(limit_headers, never_tell_less_than_nothing) {
  const std::string text =
      lines({.requests = 2}, decided(outcome::rejected, {9, 0, 0}, 1000, {1'000'000'000}));
  EXPECT_NE(text.find("x-ratelimit-remaining-requests: 0\r\n"), std::string::npos) << text;
}

TEST(limit_headers, fit_their_buffer_at_the_largest_numbers) {
  const limits l{limits::largest, limits::largest, limits::largest};
  const verdict v = decided(outcome::rejected, {1, 1, 1}, 0xffffffffU, {0});
  EXPECT_GT(lines(l, v).size(), 400u);
}

TEST(empty_after, is_the_time_until_the_last_charge_has_left) {
  EXPECT_EQ(
      empty_after(decided(outcome::admitted, {1, 0, 0}, 1000, {1'000'000'001}), metric::requests, 60).count(),
      60'999'999);
  EXPECT_EQ(
      empty_after(decided(outcome::admitted, {0, 5, 0}, 1000, {1'000'000'000}), metric::requests, 60).count(),
      0);
  EXPECT_EQ(
      empty_after(decided(outcome::rejected, {1, 0, 0}, 1000, {2'000'000'000}), metric::requests, 60).count(),
      0);
}

}  // namespace
}  // namespace weir
