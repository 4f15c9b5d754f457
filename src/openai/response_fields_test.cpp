#include "openai/response_fields.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::openai {
namespace {

std::optional<limit::amounts> usage_of(std::string_view body) {
  usage_reader reader;
  return reader.read(body);
}

TEST(usage_reader, reads_a_completion) {
  const auto used = usage_of(
      R"({"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",)"
      R"("content":"\"usage\":{}"}}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,)"
      R"("prompt_tokens_details":{"cached_tokens":0}},"node_id":"a"})");
  ASSERT_TRUE(used);
  EXPECT_EQ(*used, (limit::amounts{1, 19, 10}));
}

TEST(usage_reader, is_empty_where_the_body_has_no_usage) {
  for (const char* body : {"", "{", "[]", "{}", R"({"usage":null})", R"({"usage":{"prompt_tokens":1}})",
                           "<html>", R"({"usage":{"prompt_tokens":-1,"completion_tokens":2}})",
                           R"({"usage":{"prompt_tokens":5000000000,"completion_tokens":2}})"}) {
    EXPECT_FALSE(usage_of(body)) << body;
  }
}

TEST(read_throttled, finds_the_metric) {
  const std::pair<const char*, std::optional<limit::metric>> rows[] = {
      {"Rate limit reached for m in key 0f on requests per min (RPM): Limit 3", limit::metric::requests},
      {"Rate limit reached for m in key 0f on input tokens per min (ITPM): Limit 3",
       limit::metric::input_tokens},
      {"Request too large for m in key 0f on output tokens per min (OTPM): Limit 3",
       limit::metric::output_tokens},
      {"Rate limit reached for m in key 0f on requests per 10 s (RPM)", limit::metric::requests},
      {"You exceeded your current quota", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [message, expected] : rows) EXPECT_EQ(read_throttled(message), expected) << message;
}

TEST(read_retry_ms, prefers_milliseconds) {
  EXPECT_EQ(read_retry_ms("1234", "2"), 1'234U);
  EXPECT_EQ(read_retry_ms("", "2"), 2'000U);
  EXPECT_EQ(read_retry_ms("", ""), 0U);
  EXPECT_EQ(read_retry_ms("soon", "Tue"), 0U);
}

}  // namespace
}  // namespace weir::openai
