// What a valid body becomes, and what is no JSON at all. The errors of fields: chat_errors_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "openai/chat_request.hpp"
#include "openai/read_padded.hpp"

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

// A request whose only message is this.
std::string with_message(std::string_view message) {
  return R"({"model":"m","messages":[)" + std::string(message) + "]}";
}

// A request with one message, and these fields too.
std::string with_fields(std::string_view fields) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(fields) + "}";
}

TEST(chat_reader, reads_what_decides_about_admission) {
  const chat_request r = must_read(
      R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","name":"ann","content":"Hi"}],)"
      R"("n":3,"max_tokens":5,"temperature":0.5,"stream":false})");
  EXPECT_EQ(r.model, "gpt-4o");
  EXPECT_EQ(r.choice_count, 3U);
  EXPECT_EQ(r.output_cap, 5U);
  EXPECT_EQ(r.message_count, 2U);
  EXPECT_EQ(r.name_count, 1U);
  EXPECT_EQ(r.extra_tokens, 0U);
  EXPECT_THAT(texts(r), ElementsAre("system", "Be brief.", "user", "ann", "Hi"));
}

TEST(chat_reader, the_larger_cap_counts_whatever_their_order) {
  EXPECT_EQ(must_read(with_fields(R"("max_tokens":7,"max_completion_tokens":9)")).output_cap, 9U);
  EXPECT_EQ(must_read(with_fields(R"("max_completion_tokens":7,"max_tokens":9)")).output_cap, 9U);
  EXPECT_EQ(must_read(with_fields(R"("max_completion_tokens":7,"max_tokens":null)")).output_cap, 7U);
  EXPECT_EQ(must_read(with_fields(R"("max_tokens":4294967294)")).output_cap, 4294967294U);
  EXPECT_EQ(must_read(with_fields(R"("n":1)")).output_cap, std::nullopt);
}

TEST(chat_reader, null_is_absent_where_openai_says_so) {
  const chat_request r = must_read(with_fields(
      R"("max_tokens":null,"max_completion_tokens":null,"n":null,"temperature":null,"top_p":null,"stop":null,"stream":null,)"
      R"("stream_options":null,"logprobs":null,"top_logprobs":null,"logit_bias":null,"seed":null,"frequency_penalty":null,)"
      R"("presence_penalty":null,"metadata":null,"store":null,"service_tier":null,"modalities":null,"audio":null,)"
      R"("prediction":null,"reasoning_effort":null,"verbosity":null,"moderation":null)"));
  EXPECT_EQ(r.choice_count, 1U);
  EXPECT_EQ(r.output_cap, std::nullopt);
}

TEST(chat_reader, accepts_every_field_openai_documents) {
  must_read(with_fields(
      R"("temperature":2,"top_p":1.0,"frequency_penalty":-2,"presence_penalty":2e0,"stop":["a","b","c","d"],"logprobs":true,)"
      R"("top_logprobs":20,"logit_bias":{"50256":-100,"1":1.5},"seed":-9223372036854775808,"parallel_tool_calls":false,)"
      R"("tool_choice":{"type":"function","function":{"name":"f"}},"modalities":["text","audio"],)"
      R"("audio":{"voice":"alloy","format":"wav"},"prediction":{"type":"content","content":"x"},"reasoning_effort":"xhigh",)"
      R"("verbosity":"low","service_tier":"fast","store":true,"metadata":{"k":"v"},"user":"u","safety_identifier":"s",)"
      R"("prompt_cache_key":"p","prompt_cache_options":{"mode":"implicit"},"web_search_options":{"search_context_size":"low"},)"
      R"("moderation":{"model":"m"},"response_format":{"type":"text"},"function_call":{"name":"f"},"n":128)"));
  must_read(with_fields(
      R"("stop":"\n","tool_choice":"auto","function_call":"none","response_format":{"type":"json_object"})"));
}

TEST(chat_reader, accepts_fields_it_does_not_know) {
  const chat_request r =
      must_read(with_fields(R"("top_k":5,"guided_json":{"a":[1,{"b":null}]},"best_of":1e400,"min_p":-0.0)"));
  EXPECT_THAT(texts(r), ElementsAre("user", "x"));
}

TEST(chat_reader, the_last_of_duplicate_fields_counts) {
  const chat_request r = must_read(
      R"({"model":"a","messages":[{"role":"user","name":"n","content":[{"type":"image_url","image_url":{"url":"u"}}]}],"n":2,)"
      R"("max_tokens":9,"model":"b","n":3,"max_tokens":4,)"
      R"("messages":[{"role":"system","role":"user","content":"gone","content":"stays"}]})");
  EXPECT_EQ(r.model, "b");
  EXPECT_EQ(r.choice_count, 3U);
  EXPECT_EQ(r.output_cap, 4U);
  EXPECT_EQ(r.message_count, 1U);
  EXPECT_EQ(r.name_count, 0U);
  EXPECT_EQ(r.extra_tokens, 0U);
  EXPECT_THAT(texts(r), ElementsAre("user", "stays"));
}

TEST(chat_reader, a_key_may_be_escaped) {
  EXPECT_EQ(must_read(with_fields(R"("max_tok\u0065ns":7)")).output_cap, 7U);
  EXPECT_EQ(must_read(with_fields(R"("max_tokens\"":7)")).output_cap, std::nullopt);
}

TEST(chat_reader, unescapes_texts_and_counts_a_lone_surrogate_as_fffd) {
  EXPECT_THAT(
      texts(must_read(with_message(R"({"role":"u\u0073er","content":"a\n\u00e9\ud83d\ude00\ud83d"})"))),
      ElementsAre("user", "a\n\u00e9\U0001F600\uFFFD"));
}

TEST(chat_reader, counts_every_text_part_and_a_flat_number_for_the_others) {
  const chat_request r = must_read(with_message(
      R"({"role":"user","content":[{"type":"text","text":"one"},{"image_url":{"url":"data:,","detail":"low"},"type":"image_url"},)"
      R"({"type":"input_audio","input_audio":{"data":"AA","format":"mp3"}},{"type":"file","file":{"file_id":"f"}},)"
      R"({"type":"text","text":"two","prompt_cache_breakpoint":{}}]})"));
  EXPECT_THAT(texts(r), ElementsAre("user", "one", "two"));
  EXPECT_EQ(r.extra_tokens, 2 * tokens_per_media_part);
  ASSERT_EQ(r.images.size(), 1U);
  EXPECT_FALSE(r.images[0].has_size());
}

TEST(chat_reader, counts_an_assistants_calls_and_refusals) {
  const chat_request r = must_read(
      R"({"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",)"
      R"("function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"d","type":"custom","custom":{"name":"g","input":"in"}}]},)"
      R"({"role":"tool","tool_call_id":"c","content":"4"},{"role":"assistant","refusal":"No."},)"
      R"({"role":"assistant","function_call":{"name":"h","arguments":"{}"}},{"role":"function","name":"h","content":null},)"
      R"({"role":"assistant","audio":{"id":"a"}},{"role":"assistant","content":[{"type":"refusal","refusal":"Nor that."}]},)"
      R"({"role":"developer","content":"d","tool_calls":null}]})");
  EXPECT_THAT(texts(r), ElementsAre("assistant", "f", R"({"a":1})", "g", "in", "tool", "4", "assistant",
                                    "No.", "assistant", "h", "{}", "function", "h", "assistant", "assistant",
                                    "Nor that.", "developer", "d"));
  EXPECT_EQ(r.name_count, 1U);
}

TEST(chat_reader, counts_tools_and_functions_as_declared_and_json_schema_as_sent) {
  const chat_request r = must_read(with_fields(
      R"("tools":[{"type":"function","function":{"name":"f","description":"does","parameters":{ "type" : "object" } ,"strict":null}},)"
      R"({"type":"custom","custom":{"name":"c","format":{"type":"text"}}}],"functions":[{"name":"old","parameters":{}}],)"
      R"("response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"a":[1, 2]}}})"));
  EXPECT_THAT(texts(r),
              ElementsAre("user", "x",
                          "namespace functions {\n\n// does\ntype f = () => any;\n\n"
                          "type c = (_: string) => any;\n{\"type\":\"text\"}\n\n} // namespace functions",
                          "namespace functions {\n\ntype old = () => any;\n\n} // namespace functions", "s",
                          R"({"a":[1, 2]})"));
}

TEST(chat_reader, reads_a_body_that_is_all_spaces_between) {
  EXPECT_EQ(must_read("\r\n\t { \"model\" : \"m\" , \"messages\" : [ { \"role\" : \"user\" , \"content\" : "
                      "\"x\" } ] } \n ")
                .model,
            "m");
}

TEST(chat_reader, reads_again_into_memory_given_back) {
  chat_reader reader;
  auto first = read_padded(reader, with_fields(R"("n":4,"max_tokens":3)"));
  reader.recycle(std::move(*first));
  const auto second = read_padded(reader, with_message(R"({"role":"user","content":"y"})"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->choice_count, 1U);
  EXPECT_EQ(second->output_cap, std::nullopt);
  EXPECT_THAT(texts(*second), ElementsAre("user", "y"));
}

TEST(chat_reader, keeps_nothing_of_a_body_that_failed) {
  chat_reader reader;
  EXPECT_FALSE(read_padded(reader, R"({"model":"m","messages":[{"role":"user","content":"gone"},{}]})"));
  const auto read = read_padded(reader, with_message(R"({"role":"user","content":"y"})"));
  ASSERT_TRUE(read);
  EXPECT_THAT(texts(*read), ElementsAre("user", "y"));
}

TEST(chat_reader, a_large_body_and_then_a_small_one) {
  chat_reader reader;
  const std::string large(3U << 20U, 'x');
  const auto read = read_padded(reader, with_message(R"({"role":"user","content":")" + large + "\"}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(texts(*read).back(), large);
  EXPECT_TRUE(read_padded(reader, with_message(R"({"role":"user","content":"y"})")));
}

TEST(chat_reader, what_is_not_json_is_told_before_what_is_wrong_in_it) {
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
  table.push_back(R"({"model":1,"a":tru})");  // wrong, and then not JSON
  table.push_back(R"({"model":1,"messages":[}]})");
  chat_reader reader;
  for (const std::string& body : table) {
    const auto read = read_padded(reader, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().message, not_json().message) << body;
    EXPECT_EQ(read.error().status, 400U);
  }
}

TEST(chat_reader, sees_no_byte_behind_the_body) {
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

TEST(chat_reader, nesting_is_bounded) {
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

TEST(chat_reader, many_duplicates_cost_no_more_than_as_many_fields) {
  std::string body = R"({"model":"m")";
  for (int i = 0; i < 20'000; ++i) body += R"(,"messages":[{"role":"user","content":"x"}])";
  const chat_request r = must_read(body + "}");
  EXPECT_EQ(r.message_count, 1U);
  EXPECT_THAT(texts(r), ElementsAre("user", "x"));
}

}  // namespace
}  // namespace weir::openai
