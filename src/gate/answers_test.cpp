#include "gate/answers.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

namespace weir {
namespace {

// An error body as a client reads it.
struct read_error {
  std::string message, type, code;
};

read_error read(const std::string& body) {
  simdjson::dom::parser parser;
  const simdjson::dom::element error = parser.parse(body)["error"];
  const auto text = [&](const char* field) {
    std::string_view value;
    return error[field].get(value) == simdjson::SUCCESS ? std::string(value) : "null";
  };
  return {text("message"), text("type"), text("code")};
}

charge asking(const amounts& asked, const limits& l) {
  charge c;
  c.asked = asked;
  c.scopes[0].id.hex.fill('a');
  c.scopes[0].limits = l;
  return c;
}

verdict refused(outcome o, metric m, const amounts& used, std::int64_t retry_us = 0) {
  verdict v;
  v.outcome = o;
  v.which = m;
  v.retry_after = microseconds{retry_us};
  v.windows[0].used = used;
  return v;
}

TEST(rejection, says_what_openai_says) {
  http::answer reply;
  const charge asked = asking({1, 9, 32}, {.requests = 3});
  write_rejection(reply, "gpt-4o-mini", asked,
                  refused(outcome::rejected, metric::requests, {3, 0, 0}, 20'000'000), 60);
  EXPECT_EQ(reply.status, 429u);
  const read_error e = read(reply.body);
  EXPECT_EQ(e.message,
            "Rate limit reached for gpt-4o-mini in key aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa on requests per min "
            "(RPM): Limit 3, "
            "Used 3, Requested 1. Please try again in 20s.");
  EXPECT_EQ(e.type, "requests");
  EXPECT_EQ(e.code, "rate_limit_exceeded");
  EXPECT_EQ(reply.headers, "retry-after: 20\r\nretry-after-ms: 20000\r\n");
}

TEST(rejection, names_the_token_metrics_and_a_window_that_is_no_minute) {
  http::answer reply;
  const charge asked = asking({1, 3082, 32}, {.input_tokens = 10'000});
  write_rejection(reply, "gpt-4", asked,
                  refused(outcome::rejected, metric::input_tokens, {0, 8554, 0}, 9'815'001), 10);
  const read_error e = read(reply.body);
  EXPECT_NE(e.message.find("on input tokens per 10 s (ITPM): Limit 10000, Used 8554, Requested 3082. "
                           "Please try again in 9.816s."),
            std::string::npos)
      << e.message;
  EXPECT_EQ(e.type, "tokens");
}

// Rounded up, so that a retry at that moment is admitted; never 0, which clients ignore.
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
    http::answer reply;
    const charge asked = asking({1, 1, 1}, {.requests = 1});
    write_rejection(reply, "m", asked, refused(outcome::rejected, metric::requests, {1, 0, 0}, us), 60);
    EXPECT_EQ(reply.headers, headers) << us;
  }
}

TEST(rejection, of_what_can_never_fit_asks_for_no_retry) {
  http::answer reply;
  const charge asked = asking({1, 9, 31'538}, {.output_tokens = 30'000});
  write_rejection(reply, "gpt-4o", asked, refused(outcome::never_fits, metric::output_tokens, {}), 60);
  EXPECT_EQ(reply.status, 429u);
  EXPECT_EQ(reply.headers, "x-should-retry: false\r\n");
  const read_error e = read(reply.body);
  EXPECT_TRUE(e.message.starts_with("Request too large for gpt-4o in key ")) << e.message;
  EXPECT_NE(
      e.message.find("on output tokens per min (OTPM): Limit 30000, Requested 31538. The output tokens"),
      std::string::npos);
}

TEST(rejection, shows_a_long_model_cut_between_characters) {
  http::answer reply;
  std::string model(63, 'm');
  model += "\xc3\xa9\xc3\xa9";
  const charge asked = asking({1, 1, 1}, {.requests = 1});
  write_rejection(reply, model, asked, refused(outcome::rejected, metric::requests, {1, 0, 0}, 1), 60);
  EXPECT_NE(read(reply.body).message.find(" for " + std::string(63, 'm') + " in key"), std::string::npos)
      << reply.body;
}

TEST(outage, is_a_503_that_names_it_and_asks_for_a_retry) {
  using enum outage;
  for (const outage why : {disconnected, deadline, overloaded, refused, bad_window, mismatch}) {
    http::answer reply;
    write_outage(reply, why);
    EXPECT_EQ(reply.status, 503u);
    EXPECT_EQ(reply.headers, "retry-after: 1\r\n");
    EXPECT_EQ(read(reply.body).code, std::string("store_").append(name(why)));
    EXPECT_FALSE(read(reply.body).message.empty());
  }
}

TEST(upstream_failure, is_a_502_or_a_504_or_a_503_of_a_node_that_stops) {
  http::answer unreachable, timeout, stopping;
  write_upstream_failure(stopping, upstream_failure::stopping);
  EXPECT_EQ(stopping.status, 503u);
  EXPECT_EQ(stopping.headers, "retry-after: 1\r\n");
  EXPECT_EQ(read(stopping.body).code, "node_stopping");
  write_upstream_failure(unreachable, upstream_failure::unreachable);
  write_upstream_failure(timeout, upstream_failure::timeout);
  EXPECT_EQ(unreachable.status, 502u);
  EXPECT_EQ(timeout.status, 504u);
  EXPECT_EQ(read(timeout.body).code, "upstream_timeout");
}

TEST(refusal, has_a_status_and_a_sentence_for_each_reason) {
  using enum http::refusal;
  const std::pair<http::refusal, unsigned> table[] = {
      {malformed, 400},   {smuggled, 400},    {headers_too_large, 431},    {body_too_large, 413},
      {timeout, 408},     {over_budget, 503}, {too_many_connections, 503}, {unsupported_version, 505},
      {expectation, 417},
  };
  for (const auto& [why, status] : table) {
    http::answer reply;
    write_refusal(reply, why, 1000);
    EXPECT_EQ(reply.status, status);
    EXPECT_FALSE(read(reply.body).message.empty());
  }
}

TEST(refusal, of_somebody_who_left_says_nothing) {
  http::answer reply;
  write_refusal(reply, http::refusal::disconnected, 1000);
  EXPECT_EQ(reply.body, "");
}

}  // namespace
}  // namespace weir
