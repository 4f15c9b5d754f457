#include "api/error_responses.hpp"

#include <gtest/gtest.h>

#include <string>

#include "api/testing/api_fixture.hpp"
#include "limit/testing/plan_fixture.hpp"

namespace weir::api {
namespace {

using limit::decision;
using limit::metric;
using limit::outcome;

limit::plan asking(const limit::amounts& asked, const limit::limits& l, std::uint32_t window_seconds = 60) {
  return limit::plan_of({limit::id_of(std::string(32, 'a'))}, asked, l, window_seconds);
}

decision rejected(outcome o, metric m, const limit::amounts& used, std::int64_t retry_us = 0) {
  decision d;
  d.outcome = o;
  d.part_count = 1;
  d.which = m;
  d.retry_after = microseconds{retry_us};
  d.windows[0].used = used;
  return d;
}

TEST(rejection, has_the_words_of_openai) {
  http::response response;
  const limit::plan asked = asking({1, 9, 32}, {.requests = 3});
  write_rejection(response, "gpt-4o-mini", asked,
                  rejected(outcome::rejected, metric::requests, {3, 0, 0}, 20'000'000));
  EXPECT_EQ(response.status, 429u);
  const read_error e = error_of(response);
  EXPECT_EQ(e.message,
            "Rate limit reached for gpt-4o-mini in key aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa on requests per min "
            "(RPM): Limit 3, "
            "Used 3, Requested 1. Please try again in 20s.");
  EXPECT_EQ(e.type, "requests");
  EXPECT_EQ(e.code, "rate_limit_exceeded");
  EXPECT_EQ(response.headers, "retry-after: 20\r\nretry-after-ms: 20000\r\n");
}

TEST(rejection, names_the_metric_and_the_window) {
  http::response response;
  const limit::plan asked = asking({1, 3082, 32}, {.input_tokens = 10'000}, 10);
  write_rejection(response, "gpt-4", asked,
                  rejected(outcome::rejected, metric::input_tokens, {0, 8554, 0}, 9'815'001));
  const read_error e = error_of(response);
  EXPECT_NE(e.message.find("on input tokens per 10 s (ITPM): Limit 10000, Used 8554, Requested 3082. "
                           "Please try again in 9.816s."),
            std::string::npos)
      << e.message;
  EXPECT_EQ(e.type, "tokens");
}

// The wait is rounded up, so that a retry at that moment is admitted. It is never 0, which clients ignore.
TEST(rejection, rounds_the_wait_up) {
  const std::pair<std::int64_t, const char*> table[] = {
      {0, "retry-after: 1\r\nretry-after-ms: 1\r\n"},
      {1, "retry-after: 1\r\nretry-after-ms: 1\r\n"},
      {1'000, "retry-after: 1\r\nretry-after-ms: 1\r\n"},
      {1'001, "retry-after: 1\r\nretry-after-ms: 2\r\n"},
      {999'999, "retry-after: 1\r\nretry-after-ms: 1000\r\n"},
      {1'000'001, "retry-after: 2\r\nretry-after-ms: 1001\r\n"},
      {61'000'000, "retry-after: 61\r\nretry-after-ms: 61000\r\n"},
  };
  for (const auto& [us, headers] : table) {
    http::response response;
    const limit::plan asked = asking({1, 1, 1}, {.requests = 1});
    write_rejection(response, "m", asked, rejected(outcome::rejected, metric::requests, {1, 0, 0}, us));
    EXPECT_EQ(response.headers, headers) << us;
  }
}

TEST(rejection, of_a_request_that_exceeds_a_limit_forbids_retries) {
  http::response response;
  const limit::plan asked = asking({1, 9, 31'538}, {.output_tokens = 30'000});
  write_rejection(response, "gpt-4o", asked, rejected(outcome::exceeds_limit, metric::output_tokens, {}));
  EXPECT_EQ(response.status, 429u);
  EXPECT_EQ(response.headers, "x-should-retry: false\r\n");
  const read_error e = error_of(response);
  EXPECT_TRUE(e.message.starts_with("Request too large for gpt-4o in key ")) << e.message;
  EXPECT_NE(
      e.message.find("on output tokens per min (OTPM): Limit 30000, Requested 31538. The output tokens"),
      std::string::npos);
}

TEST(rejection, cuts_a_long_model_between_characters) {
  http::response response;
  std::string model(63, 'm');
  model += "\xc3\xa9\xc3\xa9";
  const limit::plan asked = asking({1, 1, 1}, {.requests = 1});
  write_rejection(response, model, asked, rejected(outcome::rejected, metric::requests, {1, 0, 0}, 1));
  EXPECT_NE(error_of(response).message.find(" for " + std::string(63, 'm') + " in key"), std::string::npos)
      << response.body;
}

TEST(store_error, is_a_503_that_names_the_error_and_asks_for_a_retry) {
  using enum admission::store_error;
  for (const admission::store_error why :
       {disconnected, deadline, overloaded, error_reply, bad_window, mismatch, unsupported_plan}) {
    http::response response;
    write_store_error(response, why);
    EXPECT_EQ(response.status, 503u);
    EXPECT_EQ(response.headers, "retry-after: 1\r\n");
    EXPECT_EQ(error_of(response).code, std::string("store_").append(name(why)));
    EXPECT_FALSE(error_of(response).message.empty());
  }
}

TEST(upstream_error, is_a_502_or_504_or_a_503_of_a_stopping_node) {
  http::response unreachable, timeout, stopping;
  write_upstream_error(stopping, upstream::upstream_error::stopping);
  EXPECT_EQ(stopping.status, 503u);
  EXPECT_EQ(stopping.headers, "retry-after: 1\r\n");
  EXPECT_EQ(error_of(stopping).code, "node_stopping");
  write_upstream_error(unreachable, upstream::upstream_error::unreachable);
  write_upstream_error(timeout, upstream::upstream_error::timeout);
  EXPECT_EQ(unreachable.status, 502u);
  EXPECT_EQ(timeout.status, 504u);
  EXPECT_EQ(error_of(timeout).code, "upstream_timeout");
}

TEST(request_error, has_a_status_and_a_message) {
  using enum http::request_error;
  const std::pair<http::request_error, unsigned> table[] = {
      {malformed, 400},   {smuggled, 400},    {headers_too_large, 431},    {body_too_large, 413},
      {timeout, 408},     {over_budget, 503}, {too_many_connections, 503}, {unsupported_version, 505},
      {expectation, 417},
  };
  for (const auto& [why, status] : table) {
    http::response response;
    write_request_error(response, why, 1000);
    EXPECT_EQ(response.status, status);
    EXPECT_FALSE(error_of(response).message.empty());
  }
}

TEST(request_error, has_no_response_when_the_client_has_gone) {
  http::response response;
  write_request_error(response, http::request_error::disconnected, 1000);
  EXPECT_EQ(response.body, "");
}

}  // namespace
}  // namespace weir::api
