// Requests so large that counting them is work: counted no further than needed, or not at all.
#include <gtest/gtest.h>

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
  tokens::memory memory;
  input_counter counter(encodings_);
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

}  // namespace
}  // namespace weir
