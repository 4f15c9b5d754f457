// Requests so large that counting them is work: counted no further than needed, or not at all.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gate/gate_fixture.hpp"

namespace weir {
namespace {

std::string large_body(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "The weir lets through what the river below can carry. ";
  return R"({"model":"gpt-4o","messages":[{"role":"user","content":")" + text + R"("}],"max_tokens":100})";
}

class gate_large_test : public gate_test {};

TEST_F(gate_large_test, counts_all_that_fits_the_limit) {
  chat(large_body(60'000));
  input_counter counter(encodings_, memory_);
  openai::chat_reader reader;
  std::string padded = large_body(60'000) + std::string(64, '\0');
  const auto request = reader.read(padded.data(), padded.size() - 64);
  EXPECT_EQ(store_.takes.at(0).asked.input_tokens, counter.count(*request));
  EXPECT_EQ(cells_.sliced_counts.get(), 1U);
}

TEST_F(gate_large_test, stops_counting_past_the_limit) {
  store_.answer.outcome = outcome::never_fits;
  store_.answer.which = metric::input_tokens;
  EXPECT_EQ(chat(large_body(1'000'000)).status, 429U);
  EXPECT_GT(store_.takes.at(0).asked.input_tokens, 20'000U);
  EXPECT_LT(store_.takes.at(0).asked.input_tokens, 20'000 + input_counter::slice_bytes);
}

TEST_F(gate_large_test, tells_the_whole_count_where_the_limiter_is_bypassed) {
  const http::answer reply = chat(large_body(300'000));
  simdjson::dom::parser parser;
  const simdjson::dom::element body = parser.parse(reply.body);
  EXPECT_GT(std::int64_t(body["usage"]["prompt_tokens"]), 60'000);
}

TEST_F(gate_large_test, refuses_uncounted_while_its_key_is_known_to_be_refused) {
  store_.answer.outcome = outcome::rejected;
  store_.answer.which = metric::requests;
  store_.answer.retry_after = microseconds{9'815'500};
  chat();
  const http::answer reply = chat(large_body(60'000));
  EXPECT_EQ(reply.status, 429U);
  EXPECT_TRUE(has_line(reply, "retry-after-ms: 9816")) << reply.headers;
  EXPECT_TRUE(has_line(reply, "x-ratelimit-limit-requests: 120"));
  EXPECT_EQ(store_.takes.size(), 1U);
  EXPECT_EQ(cells_.spared_counts.get(), 1U);
  EXPECT_EQ(cells_.rejected[0].get(), 2U);
  chat(large_body(60'000), "sk-few");
  EXPECT_EQ(store_.takes.size(), 2U);
}

TEST_F(gate_large_test, asks_again_for_a_small_request_of_a_refused_key) {
  store_.answer.outcome = outcome::rejected;
  store_.answer.retry_after = microseconds{9'815'500};
  chat();
  chat();
  EXPECT_EQ(store_.takes.size(), 2U);
}

// As long as a body that is read apart.
constexpr std::size_t apart_bytes = 2 * reading_room::small_bytes;

TEST_F(gate_large_test, reads_bodies_apart_that_are_longer_than_64_KiB) {
  chat(large_body(60'000));
  EXPECT_EQ(cells_.apart_reads.get(), 0U);
  EXPECT_EQ(chat(large_body(66'000)).status, 200U);
  EXPECT_EQ(cells_.apart_reads.get(), 1U);
}

TEST_F(gate_large_test, says_the_same_of_a_body_read_apart) {
  const std::string padding(apart_bytes, ' ');
  for (const std::string_view body :
       {good_body, std::string_view(R"({"model":"gpt-4o"})"),
        std::string_view(R"({"model":"gpt-4o","messages":[{"role":"user","content":7}]})"),
        std::string_view(R"({"model":"gpt-4o","messages":[})"), std::string_view("[]")}) {
    const http::answer here = chat(body), apart = chat(std::string(body) + padding);
    EXPECT_EQ(apart.status, here.status) << body;
    if (here.status == 200) continue;
    EXPECT_EQ(error_of(apart).message, error_of(here).message);
    EXPECT_EQ(error_of(apart).code, error_of(here).code);
  }
  EXPECT_EQ(cells_.apart_reads.get(), 5U);
  EXPECT_EQ(cells_.invalid.get(), 8U);
  EXPECT_EQ(store_.takes.at(0).asked.input_tokens, store_.takes.at(1).asked.input_tokens);
}

// Serves several requests on one loop, and stops the gate after `rounds` of its handlers.
class stopped_gate_test : public gate_large_test {
 protected:
  void serve_and_stop(std::size_t requests, int rounds) {
    asio::io_context loop{1};
    for (std::size_t i = 0; i < requests; ++i) {
      all_.push_back(std::make_unique<fake_exchange>("POST", "/v1/chat/completions", large_body(400'000)));
      all_.back()->edit_head().authorization = "Bearer sk-free";
      asio::co_spawn(loop, gate_.serve(*all_.back()),
                     [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    }
    while (rounds-- > 0) loop.run_one();
    gate_.end_waiting();
    loop.run();
  }
  void expect_all_told() {
    for (const auto& e : all_) {
      EXPECT_EQ(e->sent, 1);
      EXPECT_EQ(e->reply().status, 503U);
      EXPECT_EQ(error_of(e->reply()).code, "node_stopping");
    }
  }
  std::vector<std::unique_ptr<fake_exchange>> all_;
};

TEST_F(stopped_gate_test, tells_those_whose_bodies_are_read_or_wait_for_it) {
  serve_and_stop(3, 3);  // each has begun: one body is being read, two wait
  expect_all_told();
  EXPECT_EQ(cells_.apart_reads.get(), 1U);
  EXPECT_EQ(cells_.unread.get(), 3U);
}

TEST_F(stopped_gate_test, tells_those_that_are_being_counted) {
  asio::io_context loop{1};
  all_.push_back(std::make_unique<fake_exchange>("POST", "/v1/chat/completions", large_body(400'000)));
  all_.back()->edit_head().authorization = "Bearer sk-free";
  asio::co_spawn(loop, gate_.serve(*all_.back()),
                 [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  while (cells_.sliced_counts.get() == 0) loop.run_one();
  gate_.end_waiting();
  loop.run();
  expect_all_told();
  EXPECT_TRUE(store_.takes.empty());
}

}  // namespace
}  // namespace weir
