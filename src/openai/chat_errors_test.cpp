// Every 400 that a field of the body can cause: message, param and code in OpenAI's words.
#include <gtest/gtest.h>

#include <string>

#include "openai/chat_request.hpp"
#include "openai/testing/padded_body_fixture.hpp"

namespace weir::openai {
namespace {

struct row {
  std::string_view body;  // a whole body, or fields beside a valid model and messages, or one message
  std::string_view message, param, code;
};

void expect_error(const std::string& body, const row& expected) {
  chat_reader reader;
  const auto read = read_padded(reader, body);
  ASSERT_FALSE(read) << body;
  EXPECT_EQ(read.error().status, 400U) << body;
  EXPECT_EQ(read.error().message, expected.message) << body;
  EXPECT_EQ(read.error().type, "invalid_request_error") << body;
  EXPECT_EQ(read.error().param, expected.param) << body;
  EXPECT_EQ(read.error().code, expected.code) << body;
}

TEST(chat_errors, for_the_whole_body) {
  const row table[] = {
      {"[]", "Invalid type for the request body: expected an object, but got an array instead.", "",
       "invalid_type"},
      {" \"hi\" ", "Invalid type for the request body: expected an object, but got a string instead.", "",
       "invalid_type"},
      {"null", "Invalid type for the request body: expected an object, but got null instead.", "",
       "invalid_type"},
      {"12\n", "Invalid type for the request body: expected an object, but got an integer instead.", "",
       "invalid_type"},
      {"{}", "you must provide a model parameter", "", ""},
      {R"({"messages":[{"role":"user","content":"x"}]})", "you must provide a model parameter", "", ""},
      {R"({"model":null,"messages":[{"role":"user","content":"x"}]})", "you must provide a model parameter",
       "", ""},
      {R"({"model":"","messages":[{"role":"user","content":"x"}]})", "you must provide a model parameter", "",
       ""},
      {R"({"model":4,"messages":[]})",
       "Invalid type for 'model': expected a string, but got an integer instead.", "model", "invalid_type"},
      {R"({"model":"m"})", "Missing required parameter: 'messages'.", "messages",
       "missing_required_parameter"},
      {R"({"model":"m","messages":null})",
       "Invalid type for 'messages': expected an array of objects, but got null instead.", "messages",
       "invalid_type"},
      {R"({"model":"m","messages":"hi"})",
       "Invalid type for 'messages': expected an array of objects, but got a string instead.", "messages",
       "invalid_type"},
      {R"({"model":"m","messages":[]})",
       "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array "
       "instead.",
       "messages", "empty_array"},
      {R"({"model":"m","messages":["hi"]})",
       "Invalid type for 'messages[0]': expected an object, but got a string instead.", "messages[0]",
       "invalid_type"},
      {R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"user","content":"x"},7]})",
       "Invalid type for 'messages[2]': expected an object, but got an integer instead.", "messages[2]",
       "invalid_type"},
  };
  for (const row& r : table) expect_error(std::string(r.body), r);
}

TEST(chat_errors, for_a_model_name_that_is_too_long) {
  const std::string name(300, 'm');
  expect_error(R"({"model":")" + name + R"(","messages":[]})",
               {"",
                "Invalid 'model': string too long. Expected a string with maximum length 256, but got a "
                "string with length 300 "
                "instead.",
                "model", "string_above_max_length"});
}

TEST(chat_errors, for_caps_and_n) {
  const row table[] = {
      {R"("max_tokens":-678)",
       "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got -678 instead.",
       "max_tokens", "integer_below_min_value"},
      {R"("max_tokens":0)",
       "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
       "max_tokens", "integer_below_min_value"},
      {R"("max_completion_tokens":0)",
       "Invalid 'max_completion_tokens': integer below minimum value. Expected a value >= 1, but got 0 "
       "instead.",
       "max_completion_tokens", "integer_below_min_value"},
      {R"("max_tokens":1.5)",
       "Invalid type for 'max_tokens': expected an integer, but got a decimal number instead.", "max_tokens",
       "invalid_type"},
      {R"("max_tokens":1e308)",
       "Invalid type for 'max_tokens': expected an integer, but got a decimal number instead.", "max_tokens",
       "invalid_type"},
      {R"("max_tokens":"5")", "Invalid type for 'max_tokens': expected an integer, but got a string instead.",
       "max_tokens", "invalid_type"},
      {R"("max_tokens":true)",
       "Invalid type for 'max_tokens': expected an integer, but got a boolean instead.", "max_tokens",
       "invalid_type"},
      {R"("max_tokens":4294967295)",
       "Invalid 'max_tokens': integer above maximum value. Expected a value <= 4294967294, but got "
       "4294967295 instead.",
       "max_tokens", "integer_above_max_value"},
      {R"("max_tokens":99999999999999999999)",
       "Invalid 'max_tokens': integer above maximum value. Expected a value <= 4294967294, but got "
       "99999999999999999999 instead.",
       "max_tokens", "integer_above_max_value"},
      {R"("max_tokens":-99999999999999999999)",
       "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got "
       "-99999999999999999999 instead.",
       "max_tokens", "integer_below_min_value"},
      {R"("n":0)", "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.", "n",
       "integer_below_min_value"},
      {R"("n":129)",
       "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.", "n",
       "integer_above_max_value"},
      {R"("n":"2")", "Invalid type for 'n': expected an integer, but got a string instead.", "n",
       "invalid_type"},
      {R"("n":128,"max_completion_tokens":33554432)",
       "Invalid 'max_completion_tokens': integer above maximum value. Expected a value <= 33554431, but got "
       "33554432 instead.",
       "max_completion_tokens", "integer_above_max_value"},
  };
  for (const row& r : table)
    expect_error(R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(r.body) + "}",
                 r);
}

TEST(chat_errors, for_the_other_fields) {
  const row table[] = {
      {R"("temperature":3)",
       "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
       "temperature", "decimal_above_max_value"},
      {R"("temperature":-0.1)",
       "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -0.1 instead.",
       "temperature", "decimal_below_min_value"},
      {R"("temperature":1e999)",
       "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 1e999 instead.",
       "temperature", "decimal_above_max_value"},
      {R"("temperature":"1")",
       "Invalid type for 'temperature': expected a decimal, but got a string instead.", "temperature",
       "invalid_type"},
      {R"("top_p":1.01)",
       "Invalid 'top_p': decimal above maximum value. Expected a value <= 1, but got 1.01 instead.", "top_p",
       "decimal_above_max_value"},
      {R"("presence_penalty":-2.1)",
       "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got -2.1 "
       "instead.",
       "presence_penalty", "decimal_below_min_value"},
      {R"("frequency_penalty":2.1)",
       "Invalid 'frequency_penalty': decimal above maximum value. Expected a value <= 2, but got 2.1 "
       "instead.",
       "frequency_penalty", "decimal_above_max_value"},
      {R"("stream":true)",
       "Unsupported value: 'stream' does not support true on this node: streaming is not supported yet. Send "
       "false, or leave "
       "'stream' out.",
       "stream", "unsupported_value"},
      {R"("stream":"true")", "Invalid type for 'stream': expected a boolean, but got a string instead.",
       "stream", "invalid_type"},
      {R"("stream_options":{"include_usage":true})",
       "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", ""},
      {R"("stream_options":{"include_usage":1})",
       "Invalid type for 'stream_options.include_usage': expected a boolean, but got an integer instead.",
       "stream_options.include_usage", "invalid_type"},
      {R"("logprobs":1)", "Invalid type for 'logprobs': expected a boolean, but got an integer instead.",
       "logprobs", "invalid_type"},
      {R"("logprobs":true,"top_logprobs":21)",
       "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 21 instead.",
       "top_logprobs", "integer_above_max_value"},
      {R"("top_logprobs":2)", "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
       "top_logprobs", ""},
      {R"("stop":5)",
       "Invalid type for 'stop': expected one of a string or array of strings, but got an integer instead.",
       "stop", "invalid_type"},
      {R"("stop":[])",
       "Invalid 'stop': empty array. Expected an array with minimum length 1, but got an empty array "
       "instead.",
       "stop", "empty_array"},
      {R"("stop":["a","b","c","d","e"])",
       "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with "
       "length 5 instead.",
       "stop", "array_above_max_length"},
      {R"("stop":["a",1])", "Invalid type for 'stop[1]': expected a string, but got an integer instead.",
       "stop[1]", "invalid_type"},
      {R"("seed":1.5)", "Invalid type for 'seed': expected an integer, but got a decimal number instead.",
       "seed", "invalid_type"},
      {R"("seed":9223372036854775808)",
       "Invalid 'seed': integer above maximum value. Expected a value <= 9223372036854775807, but got "
       "9223372036854775808 instead.",
       "seed", "integer_above_max_value"},
      {R"("user":1)", "Invalid type for 'user': expected a string, but got an integer instead.", "user",
       "invalid_type"},
      {R"("logit_bias":{"50256":101})",
       "Invalid 'logit_bias.50256': decimal above maximum value. Expected a value <= 100, but got 101 "
       "instead.",
       "logit_bias.50256", "decimal_above_max_value"},
      {R"("logit_bias":{"the":1})",
       "Invalid key in 'logit_bias': the. You should only be submitting non-negative integers.", "logit_bias",
       "invalid_value"},
      {R"("metadata":{"k":1})",
       "Invalid type for 'metadata.k': expected a string, but got an integer instead.", "metadata.k",
       "invalid_type"},
      {R"("service_tier":"gold")",
       "Invalid value: 'gold'. Supported values are: 'auto', 'default', 'flex', 'scale', 'priority', and "
       "'fast'.",
       "service_tier", "invalid_value"},
      {R"("modalities":["smell"])", "Invalid value: 'smell'. Supported values are: 'text' and 'audio'.",
       "modalities[0]", "invalid_value"},
      {R"("audio":{"voice":"alloy"})", "Missing required parameter: 'audio.format'.", "audio.format",
       "missing_required_parameter"},
      {R"("prediction":{"type":"content"})", "Missing required parameter: 'prediction.content'.",
       "prediction.content", "missing_required_parameter"},
      {R"("reasoning_effort":2)",
       "Invalid type for 'reasoning_effort': expected a string, but got an integer instead.",
       "reasoning_effort", "invalid_type"},
  };
  for (const row& r : table)
    expect_error(R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(r.body) + "}",
                 r);
}

TEST(chat_errors, for_tools_and_formats) {
  const row table[] = {
      {R"("tools":{})", "Invalid type for 'tools': expected an array of objects, but got an object instead.",
       "tools", "invalid_type"},
      {R"("tools":[])",
       "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array "
       "instead.",
       "tools", "empty_array"},
      {R"("tools":[{"function":{"name":"f"}}])", "Missing required parameter: 'tools[0].type'.",
       "tools[0].type", "missing_required_parameter"},
      {R"("tools":[{"type":"function"}])", "Missing required parameter: 'tools[0].function'.",
       "tools[0].function", "missing_required_parameter"},
      {R"("tools":[{"type":"function","function":{}}])",
       "Missing required parameter: 'tools[0].function.name'.", "tools[0].function.name",
       "missing_required_parameter"},
      {R"("tools":[{"type":"hammer"}])",
       "Invalid value: 'hammer'. Supported values are: 'function' and 'custom'.", "tools[0].type",
       "invalid_value"},
      {R"("tools":[{"type":"function","function":{"name":"f","parameters":"{}"}}])",
       "Invalid type for 'tools[0].function.parameters': expected an object, but got a string instead.",
       "tools[0].function.parameters", "invalid_type"},
      {R"("tools":[{"type":"function","function":{"name":""}}])",
       "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but got an "
       "empty string instead.",
       "tools[0].function.name", "empty_string"},
      {R"("tool_choice":"maybe")",
       "Invalid value: 'maybe'. Supported values are: 'none', 'auto', and 'required'.", "tool_choice",
       "invalid_value"},
      {R"("tool_choice":1)",
       "Invalid type for 'tool_choice': expected one of a string or object, but got an integer instead.",
       "tool_choice", "invalid_type"},
      {R"("functions":[{}])", "Missing required parameter: 'functions[0].name'.", "functions[0].name",
       "missing_required_parameter"},
      {R"("function_call":{})", "Missing required parameter: 'function_call.name'.", "function_call.name",
       "missing_required_parameter"},
      {R"("response_format":"json")",
       "Invalid type for 'response_format': expected an object, but got a string instead.", "response_format",
       "invalid_type"},
      {R"("response_format":{"type":"xml"})",
       "Invalid value: 'xml'. Supported values are: 'text', 'json_object', and 'json_schema'.",
       "response_format.type", "invalid_value"},
      {R"("response_format":{"type":"json_schema"})",
       "Missing required parameter: 'response_format.json_schema'.", "response_format.json_schema",
       "missing_required_parameter"},
      {R"("response_format":{"type":"json_schema","json_schema":{"schema":{}}})",
       "Missing required parameter: 'response_format.json_schema.name'.", "response_format.json_schema.name",
       "missing_required_parameter"},
  };
  for (const row& r : table)
    expect_error(R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(r.body) + "}",
                 r);
}

TEST(chat_errors, for_messages) {
  constexpr std::string_view roles =
      "Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.";
  const std::string bad_role = "Invalid value: 'x'. " + std::string(roles);
  const row table[] = {
      {R"({"content":"x"})", "Missing required parameter: 'messages[0].role'.", "messages[0].role",
       "missing_required_parameter"},
      {R"({"role":"x","content":"x"})", bad_role, "messages[0].role", "invalid_value"},
      {R"({"role":1,"content":"x"})",
       "Invalid type for 'messages[0].role': expected a string, but got an integer instead.",
       "messages[0].role", "invalid_type"},
      {R"({"role":"user"})", "Missing required parameter: 'messages[0].content'.", "messages[0].content",
       "missing_required_parameter"},
      {R"({"role":"user","content":null})",
       "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got null "
       "instead.",
       "messages[0].content", "invalid_type"},
      {R"({"role":"assistant","content":null})",
       "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got null "
       "instead.",
       "messages[0].content", "invalid_type"},
      {R"({"role":"user","content":5})",
       "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an "
       "integer instead.",
       "messages[0].content", "invalid_type"},
      {R"({"role":"user","content":[]})",
       "Invalid 'messages[0].content': empty array. Expected an array with minimum length 1, but got an "
       "empty array instead.",
       "messages[0].content", "empty_array"},
      {R"({"role":"user","content":["x"]})",
       "Invalid type for 'messages[0].content[0]': expected an object, but got a string instead.",
       "messages[0].content[0]", "invalid_type"},
      {R"({"role":"user","content":[{"text":"x"}]})",
       "Missing required parameter: 'messages[0].content[0].type'.", "messages[0].content[0].type",
       "missing_required_parameter"},
      {R"({"role":"user","content":[{"type":"text"}]})",
       "Missing required parameter: 'messages[0].content[0].text'.", "messages[0].content[0].text",
       "missing_required_parameter"},
      {R"({"role":"user","content":[{"type":"smell"}]})",
       "Invalid value: 'smell'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', and "
       "'file'.",
       "messages[0].content[0].type", "invalid_value"},
      {R"({"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{}}]})",
       "Missing required parameter: 'messages[0].content[1].image_url.url'.",
       "messages[0].content[1].image_url.url", "missing_required_parameter"},
      {R"({"role":"user","content":[{"type":"image_url","image_url":"u"}]})",
       "Invalid type for 'messages[0].content[0].image_url': expected an object, but got a string instead.",
       "messages[0].content[0].image_url", "invalid_type"},
      {R"({"role":"system","content":[{"type":"text","text":"x"},{"type":"image_url",)"
       R"("image_url":{"url":"u"}}]})",
       "Invalid value: 'image_url'. Supported values are: 'text'.", "messages[0].content[1].type",
       "invalid_value"},
      {R"({"role":"user","content":[{"type":"refusal","refusal":"r"}]})",
       "Invalid value: 'refusal'. Supported values are: 'text', 'image_url', 'input_audio', and 'file'.",
       "messages[0].content[0].type", "invalid_value"},
      {R"({"role":"user","content":"x","name":5})",
       "Invalid type for 'messages[0].name': expected a string, but got an integer instead.",
       "messages[0].name", "invalid_type"},
      {R"({"role":"tool","content":"x"})", "Missing required parameter: 'messages[0].tool_call_id'.",
       "messages[0].tool_call_id", "missing_required_parameter"},
      {R"({"role":"function","content":"x"})", "Missing required parameter: 'messages[0].name'.",
       "messages[0].name", "missing_required_parameter"},
      {R"({"role":"assistant","tool_calls":[]})",
       "Invalid 'messages[0].tool_calls': empty array. Expected an array with minimum length 1, but got an "
       "empty array instead.",
       "messages[0].tool_calls", "empty_array"},
      {R"({"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f"}}]})",
       "Missing required parameter: 'messages[0].tool_calls[0].function.arguments'.",
       "messages[0].tool_calls[0].function.arguments", "missing_required_parameter"},
      {R"({"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f",)"
       R"("arguments":{}}}]})",
       "Invalid type for 'messages[0].tool_calls[0].function.arguments': expected a string, but got an "
       "object instead.",
       "messages[0].tool_calls[0].function.arguments", "invalid_type"},
  };
  for (const row& r : table) expect_error(R"({"model":"m","messages":[)" + std::string(r.body) + "]}", r);
}

TEST(chat_errors, shorten_the_texts_of_clients) {
  chat_reader reader;
  const std::string long_word(5000, 'x');
  const auto read =
      read_padded(reader, R"({"model":"m","messages":[{"role":")" + long_word + R"(","content":"x"}]})");
  ASSERT_FALSE(read);
  EXPECT_LT(read.error().message.size(), 300U);
}

TEST(chat_errors, include_those_of_the_first_of_duplicate_fields) {
  expect_error(R"({"model":"m","n":0,"n":1,"messages":[{"role":"user","content":"x"}]})",
               {"", "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
                "n", "integer_below_min_value"});
}

}  // namespace
}  // namespace weir::openai
