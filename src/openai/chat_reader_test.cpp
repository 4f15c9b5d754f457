// Tests the requests made from valid bodies, and bodies that are not JSON. chat_errors_test.cpp tests the
// errors of fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "openai/chat_request.hpp"
#include "openai/testing/padded_body_fixture.hpp"

namespace weir::openai {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const chat_request& r) {
  std::vector<std::string> all;
  r.for_each_text([&](std::string_view text) { all.emplace_back(text); });
  return all;
}

chat_request must_read(std::string_view body) {
  chat_reader reader;
  auto read = read_padded(reader, body);
  EXPECT_TRUE(read) << body << "\n" << (read ? "" : read.error().message);
  return read ? std::move(*read) : chat_request{};
}

// A request with this message only.
std::string with_message(std::string_view message) {
  return R"({"model":"m","messages":[)" + std::string(message) + "]}";
}

// A request with one message and these fields.
std::string with_fields(std::string_view fields) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(fields) + "}";
}

TEST(chat_reader, reads_the_fields_that_decide_on_admission) {
  const chat_request r = must_read(
      R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","name":"ann",)"
      R"("content":"Hi"}],"n":3,"max_tokens":5,"temperature":0.5,"stream":false})");
  EXPECT_EQ(r.model, "gpt-4o");
  EXPECT_EQ(r.choice_count, 3U);
  EXPECT_EQ(r.output_cap, 5U);
  EXPECT_EQ(r.message_count, 2U);
  EXPECT_EQ(r.name_count, 1U);
  EXPECT_EQ(r.extra_tokens, 0U);
  EXPECT_THAT(texts(r), ElementsAre("system", "Be brief.", "user", "ann", "Hi"));
}

TEST(chat_reader, uses_the_larger_cap_in_any_order) {
  EXPECT_EQ(must_read(with_fields(R"("max_tokens":7,"max_completion_tokens":9)")).output_cap, 9U);
  EXPECT_EQ(must_read(with_fields(R"("max_completion_tokens":7,"max_tokens":9)")).output_cap, 9U);
  EXPECT_EQ(must_read(with_fields(R"("max_completion_tokens":7,"max_tokens":null)")).output_cap, 7U);
  EXPECT_EQ(must_read(with_fields(R"("max_tokens":4294967294)")).output_cap, 4294967294U);
  EXPECT_EQ(must_read(with_fields(R"("n":1)")).output_cap, std::nullopt);
}

TEST(chat_reader, accepts_null_for_nullable_fields) {
  const chat_request r = must_read(with_fields(
      R"("max_tokens":null,"max_completion_tokens":null,"n":null,"temperature":null,"top_p":null,)"
      R"("stop":null,"stream":null,)"
      R"("stream_options":null,"logprobs":null,"top_logprobs":null,"logit_bias":null,"seed":null,)"
      R"("frequency_penalty":null,)"
      R"("presence_penalty":null,"metadata":null,"store":null,"service_tier":null,"modalities":null,)"
      R"("audio":null,"prediction":null,"reasoning_effort":null,"verbosity":null,"moderation":null)"));
  EXPECT_EQ(r.choice_count, 1U);
  EXPECT_EQ(r.output_cap, std::nullopt);
}

TEST(chat_reader, accepts_every_documented_field) {
  must_read(with_fields(
      R"("temperature":2,"top_p":1.0,"frequency_penalty":-2,"presence_penalty":2e0,"stop":["a","b","c","d"],)"
      R"("logprobs":true,"top_logprobs":20,"logit_bias":{"50256":-100,"1":1.5},"seed":-9223372036854775808,)"
      R"("parallel_tool_calls":false,)"
      R"("tool_choice":{"type":"function","function":{"name":"f"}},"modalities":["text","audio"],)"
      R"("audio":{"voice":"alloy","format":"wav"},"prediction":{"type":"content","content":"x"},)"
      R"("reasoning_effort":"xhigh",)"
      R"("verbosity":"low","service_tier":"fast","store":true,"metadata":{"k":"v"},"user":"u",)"
      R"("safety_identifier":"s","prompt_cache_key":"p","prompt_cache_options":{"mode":"implicit"},)"
      R"("web_search_options":{"search_context_size":"low"},)"
      R"("moderation":{"model":"m"},"response_format":{"type":"text"},"function_call":{"name":"f"},)"
      R"("n":128)"));
  must_read(with_fields(
      R"("stop":"\n","tool_choice":"auto","function_call":"none","response_format":{"type":"json_object"})"));
}

TEST(chat_reader, accepts_unknown_fields) {
  const chat_request r =
      must_read(with_fields(R"("top_k":5,"guided_json":{"a":[1,{"b":null}]},"best_of":1e400,"min_p":-0.0)"));
  EXPECT_THAT(texts(r), ElementsAre("user", "x"));
}

TEST(chat_reader, uses_the_last_of_duplicate_fields) {
  const chat_request r =
      must_read(R"({"model":"a","messages":[{"role":"user","name":"n","content":[{"type":"image_url",)"
                R"("image_url":{"url":"u"}}]}],"n":2,"max_tokens":9,"model":"b","n":3,"max_tokens":4,)"
                R"("messages":[{"role":"system","role":"user","content":"gone","content":"stays"}]})");
  EXPECT_EQ(r.model, "b");
  EXPECT_EQ(r.choice_count, 3U);
  EXPECT_EQ(r.output_cap, 4U);
  EXPECT_EQ(r.message_count, 1U);
  EXPECT_EQ(r.name_count, 0U);
  EXPECT_EQ(r.extra_tokens, 0U);
  EXPECT_THAT(texts(r), ElementsAre("user", "stays"));
}

TEST(chat_reader, forgets_the_parts_of_a_content_that_is_repeated) {
  const chat_request r = must_read(with_message(
      R"({"role":"system","content":[{"type":"text","text":"gone"},{"type":"image_url",)"
      R"("image_url":{"url":"u"}},{"type":"file","file":{"file_id":"f"}}],"content":[{"type":"text",)"
      R"("text":"stays"}]})"));
  EXPECT_THAT(texts(r), ElementsAre("system", "stays"));
  EXPECT_THAT(r.images, IsEmpty());
  EXPECT_EQ(r.extra_tokens, 0);
}

TEST(chat_reader, accepts_escaped_field_names) {
  EXPECT_EQ(must_read(with_fields(R"("max_tok\u0065ns":7)")).output_cap, 7U);
  EXPECT_EQ(must_read(with_fields(R"("max_tokens\"":7)")).output_cap, std::nullopt);
}

TEST(chat_reader, unescapes_texts_and_counts_a_lone_surrogate_as_fffd) {
  EXPECT_THAT(
      texts(must_read(with_message(R"({"role":"u\u0073er","content":"a\n\u00e9\ud83d\ude00\ud83d"})"))),
      ElementsAre("user", "a\n\u00e9\U0001F600\uFFFD"));
}

TEST(chat_reader, counts_text_parts_and_a_flat_number_for_other_parts) {
  const chat_request r = must_read(
      with_message(R"({"role":"user","content":[{"type":"text","text":"one"},{"image_url":{"url":"data:,",)"
                   R"("detail":"low"},"type":"image_url"},)"
                   R"({"type":"input_audio","input_audio":{"data":"AA","format":"mp3"}},{"type":"file",)"
                   R"("file":{"file_id":"f"}},{"type":"text","text":"two","prompt_cache_breakpoint":{}}]})"));
  EXPECT_THAT(texts(r), ElementsAre("user", "one", "two"));
  EXPECT_EQ(r.extra_tokens, 2 * tokens_per_media_part);
  ASSERT_EQ(r.images.size(), 1U);
  EXPECT_FALSE(r.images[0].has_size());
}

TEST(chat_reader, counts_calls_and_refusals_of_the_assistant) {
  const chat_request r = must_read(
      R"({"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c",)"
      R"("type":"function",)"
      R"("function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"d","type":"custom","custom":{"name":"g",)"
      R"("input":"in"}}]},)"
      R"({"role":"tool","tool_call_id":"c","content":"4"},{"role":"assistant","refusal":"No."},)"
      R"({"role":"assistant","function_call":{"name":"h","arguments":"{}"}},{"role":"function","name":"h",)"
      R"("content":null},)"
      R"({"role":"assistant","audio":{"id":"a"}},{"role":"assistant","content":[{"type":"refusal",)"
      R"("refusal":"Nor that."}]},{"role":"developer","content":"d","tool_calls":null}]})");
  EXPECT_THAT(texts(r), ElementsAre("assistant", "f", R"({"a":1})", "g", "in", "tool", "4", "assistant",
                                    "No.", "assistant", "h", "{}", "function", "h", "assistant", "assistant",
                                    "Nor that.", "developer", "d"));
  EXPECT_EQ(r.name_count, 1U);
}

TEST(chat_reader, counts_tools_and_functions_as_declared_and_json_schema_as_sent) {
  const chat_request r = must_read(with_fields(
      R"("tools":[{"type":"function","function":{"name":"f","description":"does",)"
      R"("parameters":{ "type" : "object" } ,"strict":null}},)"
      R"({"type":"custom","custom":{"name":"c","format":{"type":"text"}}}],"functions":[{"name":"old",)"
      R"("parameters":{}}],)"
      R"("response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"a":[1, 2]}}})"));
  EXPECT_THAT(texts(r),
              ElementsAre("user", "x",
                          "namespace functions {\n\n// does\ntype f = () => any;\n\n"
                          "type c = (_: string) => any;\n{\"type\":\"text\"}\n\n} // namespace functions",
                          "namespace functions {\n\ntype old = () => any;\n\n} // namespace functions", "s",
                          R"({"a":[1, 2]})"));
}

TEST(chat_reader, accepts_white_space_between_all_tokens) {
  EXPECT_EQ(must_read("\r\n\t { \"model\" : \"m\" , \"messages\" : [ { \"role\" : \"user\" , \"content\" : "
                      "\"x\" } ] } \n ")
                .model,
            "m");
}

TEST(chat_reader, reuses_recycled_memory) {
  chat_reader reader;
  auto first = read_padded(reader, with_fields(R"("n":4,"max_tokens":3)"));
  reader.recycle(std::move(*first));
  const auto second = read_padded(reader, with_message(R"({"role":"user","content":"y"})"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->choice_count, 1U);
  EXPECT_EQ(second->output_cap, std::nullopt);
  EXPECT_THAT(texts(*second), ElementsAre("user", "y"));
}

TEST(chat_reader, keeps_nothing_of_an_invalid_body) {
  chat_reader reader;
  EXPECT_FALSE(read_padded(reader, R"({"model":"m","messages":[{"role":"user","content":"gone"},{}]})"));
  const auto read = read_padded(reader, with_message(R"({"role":"user","content":"y"})"));
  ASSERT_TRUE(read);
  EXPECT_THAT(texts(*read), ElementsAre("user", "y"));
}

TEST(chat_reader, reads_a_large_body_and_then_a_small_one) {
  chat_reader reader;
  const std::string large(3U << 20U, 'x');
  const auto read = read_padded(reader, with_message(R"({"role":"user","content":")" + large + "\"}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(texts(*read).back(), large);
  EXPECT_TRUE(read_padded(reader, with_message(R"({"role":"user","content":"y"})")));
}

TEST(chat_reader, reports_invalid_json_before_wrong_fields) {
  const std::string_view message = R"({"role":"user","content":"x"})";
  const std::string good = with_message(message);
  std::vector<std::string> table = {"",
                                    " ",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    "nul",
                                    "{]",
                                    "[}",
                                    "\"",
                                    "\"a\" \"b\"",
                                    "1 2",
                                    "01",
                                    "NaN",
                                    "{\"a\"}",
                                    "{\"a\":}",
                                    "{\"a\":1,}",
                                    "{,}",
                                    "{\"a\" 1}",
                                    "{\"a\"::1}",
                                    "{a:1}",
                                    "{'a':1}",
                                    "{\"a\":1 \"b\":2}",
                                    "{\"a\":1,,\"b\":2}",
                                    "{1:2}",
                                    "{\"a\":{}",
                                    "{\"a\":[{}",
                                    "{\"a\":[1}",
                                    "{\"a\":1]}",
                                    "{\"a\":\"b\":1}",
                                    "{\"a\":\"b\":1}}",
                                    "{\"a\":[\"b\":1]}",
                                    "{\"a\":[1,]}",
                                    "{\"a\":[1 2]}",
                                    "{\"a\":[,1]}",
                                    "{\"a\":tru}",
                                    "{\"a\":NaN}",
                                    "{\"a\":-}",
                                    "{\"a\":+1}",
                                    "{\"a\":1.}",
                                    "{\"a\":\"\\x\"}",
                                    "{\"a\":\"\\u12\"}",
                                    "{\"\\q\":1}",
                                    "{\"a\":\"\t\"}",
                                    "{\"a\":\"\xff\"}",
                                    "{\"a\":\"\xed\xa0\x80\"}",
                                    "{\"a\":1}//x",
                                    "\xEF\xBB\xBF{}",
                                    std::string("{\"a\":1}\0", 8),
                                    "{\"a\":\"x",
                                    "{\"a\":undefined}",
                                    "{\"a\":/*c*/1}"};
  for (const std::string_view behind : {"}", "]", ",", "1", "{}", "\"", "x"})
    table.push_back(good + std::string(behind));
  for (std::size_t cut = 0; cut < good.size(); ++cut) table.push_back(good.substr(0, cut));
  table.push_back(R"({"model":1,"a":tru})");  // a wrong field, then invalid JSON
  table.push_back(R"({"model":1,"messages":[}]})");
  chat_reader reader;
  for (const std::string& body : table) {
    const auto read = read_padded(reader, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().message, not_json().message) << body;
    EXPECT_EQ(read.error().status, 400U);
  }
}

TEST(chat_reader, ignores_the_bytes_behind_the_body) {
  const std::string good = with_message(R"({"role":"user","content":"x"})");
  chat_reader reader;
  for (const char behind : std::string_view("\0 }],\"{[:1ntx\\", 14)) {
    for (const std::string_view body :
         {std::string_view(good).substr(0, good.size() - 1), std::string_view(R"({"a":[{})"),
          std::string_view(R"({"a":{})"), std::string_view(R"({"model":1,"a":{})")}) {
      EXPECT_FALSE(read_padded(reader, body, behind)) << body << behind;
    }
    EXPECT_TRUE(read_padded(reader, good, behind)) << behind;
  }
}

TEST(chat_reader, bounds_the_nesting) {
  const auto nested = [](std::size_t depth) {
    return with_fields("\"x\":" + std::string(depth, '[') + std::string(depth, ']'));
  };
  chat_reader reader;
  EXPECT_TRUE(read_padded(reader, nested(200)));
  EXPECT_FALSE(read_padded(reader, nested(300)));
  EXPECT_FALSE(read_padded(reader, nested(200'000)));
  EXPECT_FALSE(read_padded(reader, std::string(1'000'000, '[')));
  EXPECT_FALSE(read_padded(reader, with_fields("\"x\":" + std::string(100'000, '['))));
}

TEST(chat_reader, reads_many_duplicates_in_linear_time) {
  std::string body = R"({"model":"m")";
  for (int i = 0; i < 20'000; ++i) body += R"(,"messages":[{"role":"user","content":"x"}])";
  const chat_request r = must_read(body + "}");
  EXPECT_EQ(r.message_count, 1U);
  EXPECT_THAT(texts(r), ElementsAre("user", "x"));
}

}  // namespace
}  // namespace weir::openai
