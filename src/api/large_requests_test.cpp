// Large requests: they are counted no further than needed, or not at all.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "api/testing/api_fixture.hpp"

namespace weir::api {
namespace {

std::string large_body(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "The weir lets through what the river below can carry. ";
  return R"({"model":"gpt-4o","messages":[{"role":"user","content":")" + text + R"("}],"max_tokens":100})";
}

class large_requests_test : public api_fixture {
 protected:
  using api_fixture::api_fixture;
};

TEST_F(large_requests_test, counts_all_that_fits_the_limit) {
  chat(large_body(60'000));
  input_counter counter(encodings_, caches_);
  openai::chat_reader reader;
  std::string padded = large_body(60'000) + std::string(64, '\0');
  const auto request = reader.read(padded.data(), padded.size() - 64);
  EXPECT_EQ(store_.takes.at(0).asked.input_tokens, counter.count(*request));
  EXPECT_EQ(counters_.chunked_token_counts.get(), 1U);
}

TEST_F(large_requests_test, stops_counting_past_the_limit) {
  store_.answer.outcome = limit::outcome::exceeds_limit;
  store_.answer.which = limit::metric::input_tokens;
  EXPECT_EQ(chat(large_body(1'000'000)).status, 429U);
  EXPECT_GT(store_.takes.at(0).asked.input_tokens, 20'000U);
  EXPECT_LT(store_.takes.at(0).asked.input_tokens, 20'000 + input_counter::chunk_bytes);
}

class bypassed_limiter_test : public large_requests_test {
 protected:
  static chat_options bypassed() {
    chat_options o = default_options();
    o.limiter_bypassed = true;
    return o;
  }
  bypassed_limiter_test() : large_requests_test(bypassed()) { store_.bypassed = true; }
};

TEST_F(bypassed_limiter_test, counts_a_request_above_its_limit_whole) {
  const http::response response = chat(large_body(300'000));
  simdjson::dom::parser parser;
  const simdjson::dom::element body = parser.parse(response.body);
  EXPECT_GT(std::int64_t(body["usage"]["prompt_tokens"]), 60'000);
}

TEST_F(large_requests_test, rejects_without_a_count_while_the_rejection_is_certain) {
  store_.answer.outcome = limit::outcome::rejected;
  store_.answer.which = limit::metric::requests;
  store_.answer.retry_after = microseconds{9'815'500};
  chat();
  const http::response response = chat(large_body(60'000));
  EXPECT_EQ(response.status, 429U);
  EXPECT_TRUE(has_line(response, "retry-after-ms: 9816")) << response.headers;
  EXPECT_TRUE(has_line(response, "x-ratelimit-limit-requests: 120"));
  EXPECT_EQ(store_.takes.size(), 1U);
  EXPECT_EQ(counters_.token_counts_skipped.get(), 1U);
  EXPECT_EQ(decisions_.rejected[0].get(), 2U);
  chat(large_body(60'000), "sk-few");
  EXPECT_EQ(store_.takes.size(), 2U);
}

TEST_F(large_requests_test, asks_the_store_again_for_a_small_request) {
  store_.answer.outcome = limit::outcome::rejected;
  store_.answer.retry_after = microseconds{9'815'500};
  chat();
  chat();
  EXPECT_EQ(store_.takes.size(), 2U);
}

// The length of a body that is parsed on the parse thread.
constexpr std::size_t offloaded_bytes = 2 * parse_thread::small_bytes;

TEST_F(large_requests_test, parses_bodies_of_more_than_64_KiB_on_the_parse_thread) {
  chat(large_body(60'000));
  EXPECT_EQ(counters_.offloaded_body_reads.get(), 0U);
  EXPECT_EQ(chat(large_body(66'000)).status, 200U);
  EXPECT_EQ(counters_.offloaded_body_reads.get(), 1U);
}

TEST_F(large_requests_test, responds_alike_wherever_a_body_was_parsed) {
  const std::string padding(offloaded_bytes, ' ');
  for (const std::string_view body :
       {good_body, std::string_view(R"({"model":"gpt-4o"})"),
        std::string_view(R"({"model":"gpt-4o","messages":[{"role":"user","content":7}]})"),
        std::string_view(R"({"model":"gpt-4o","messages":[})"), std::string_view("[]")}) {
    const http::response here = chat(body), offloaded = chat(std::string(body) + padding);
    EXPECT_EQ(offloaded.status, here.status) << body;
    if (here.status == 200) continue;
    EXPECT_EQ(error_of(offloaded).message, error_of(here).message);
    EXPECT_EQ(error_of(offloaded).code, error_of(here).code);
  }
  EXPECT_EQ(counters_.offloaded_body_reads.get(), 5U);
  EXPECT_EQ(counters_.invalid.get(), 8U);
  EXPECT_EQ(store_.takes.at(0).asked.input_tokens, store_.takes.at(1).asked.input_tokens);
}

// Serves several requests on one loop, and shuts the API down after `rounds` handlers.
class stopped_api_test : public large_requests_test {
 protected:
  void serve_and_stop(std::size_t requests, int rounds) {
    asio::io_context loop{1};
    for (std::size_t i = 0; i < requests; ++i) {
      all_.push_back(
          std::make_unique<http::fake_exchange>("POST", "/v1/chat/completions", large_body(400'000)));
      all_.back()->edit_head().authorization = "Bearer sk-free";
      asio::co_spawn(loop, api_.serve(*all_.back()),
                     [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    }
    while (rounds-- > 0) loop.run_one();
    api_.shut_down();
    loop.run();
  }
  void expect_all_failed() {
    for (const auto& e : all_) {
      EXPECT_EQ(e->sent, 1);
      EXPECT_EQ(e->response().status, 503U);
      EXPECT_EQ(error_of(e->response()).code, "node_stopping");
    }
  }
  std::vector<std::unique_ptr<http::fake_exchange>> all_;
};

TEST_F(stopped_api_test, fails_requests_whose_bodies_are_being_parsed_or_wait_for_it) {
  serve_and_stop(3, 3);  // one body is being parsed, two wait
  expect_all_failed();
  EXPECT_EQ(counters_.offloaded_body_reads.get(), 1U);
  EXPECT_EQ(counters_.body_unavailable.get(), 3U);
}

TEST_F(stopped_api_test, fails_requests_that_are_being_counted) {
  asio::io_context loop{1};
  all_.push_back(std::make_unique<http::fake_exchange>("POST", "/v1/chat/completions", large_body(400'000)));
  all_.back()->edit_head().authorization = "Bearer sk-free";
  asio::co_spawn(loop, api_.serve(*all_.back()),
                 [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  while (counters_.chunked_token_counts.get() == 0) loop.run_one();
  api_.shut_down();
  loop.run();
  expect_all_failed();
  EXPECT_TRUE(store_.takes.empty());
}

}  // namespace
}  // namespace weir::api
