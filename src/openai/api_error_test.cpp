#include "openai/api_error.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/json_escape.hpp"

namespace weir::openai {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_escaped(out, text);
  return out;
}

std::string body(const api_error& e) {
  std::string out;
  write_error(out, e);
  return out;
}

TEST(api_error, is_written_in_openais_format_with_all_four_fields) {
  const api_error e{.message = "say \"x\"", .param = "messages[0].role", .code = "invalid_value"};
  EXPECT_EQ(body(e),
            R"({"error":{"message":"say \"x\"","type":"invalid_request_error","param":"messages[0].role",)"
            R"("code":"invalid_value"}})");
  EXPECT_EQ(
      body(server_error()),
      R"({"error":{"message":"The server had an error while processing your request. Sorry about that!",)"
      R"("type":"server_error","param":null,"code":null}})");
}

TEST(api_error, escapes_only_what_json_requires) {
  EXPECT_EQ(escaped("a\"b\\c/d"), R"(a\"b\\c/d)");
  EXPECT_EQ(escaped("\n\r\t\b\x01\x1f\x7f"), "\\n\\r\\t\\u0008\\u0001\\u001f\x7f");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(escaped("\u00e9\u4f60\U0001F600"), "\u00e9\u4f60\U0001F600");
}

// Eight bytes are tested at once: every byte value, at every position of a longer text, must be escaped as it
// is alone.
TEST(api_error, escapes_a_byte_in_the_same_way_at_every_position) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    for (std::size_t before = 0; before < 18; ++before) {
      for (const char neighbour : {'x', '\x20', '\x7f', '!', '#', '['}) {
        const std::string left(before, neighbour), right(17, neighbour);
        ASSERT_EQ(escaped(left + one + right), left + escaped(one) + right) << byte << " at " << before;
      }
    }
  }
}

TEST(api_error, replaces_bytes_that_are_not_utf_8_by_u_fffd) {
  const struct {
    std::string_view bytes, json;
  } table[] = {{"\xff", "\uFFFD"},
               {"a\x80z", "a\uFFFDz"},
               {"\xc3", "\uFFFD"},
               {"\xc0\xaf", "\uFFFD\uFFFD"},
               {"\xe4\xbd", "\uFFFD\uFFFD"},
               {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
               {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
               {"\xf0\x9f\x98\x80\xf0", "\U0001F600\uFFFD"}};
  for (const auto& row : table) EXPECT_EQ(escaped(row.bytes), row.json);
}

TEST(api_error, shortens_texts_of_clients_and_is_always_json) {
  const std::string hostile = "\"}\n\xff" + std::string(10'000, 'x');
  simdjson::dom::parser parser;
  for (const api_error& e :
       {unsupported_content_type(hostile), model_not_found(hostile), unknown_url(hostile, hostile),
        unknown_request_url(hostile, hostile), wrong_method(hostile, hostile), wrong_key(hostile)}) {
    EXPECT_LT(e.message.size(), 800U);
    EXPECT_EQ(parser.parse(body(e)).error(), simdjson::SUCCESS);
  }
}

TEST(api_error, has_openais_status_and_code) {
  const struct {
    api_error e;
    unsigned status;
    std::string_view code;
  } table[] = {{no_key(), 401, ""},
               {wrong_key("sk-…abcd"), 401, "invalid_api_key"},
               {not_json(), 400, ""},
               {unsupported_content_type("text/plain"), 400, "unsupported_content_type"},
               {model_not_found("x"), 404, "model_not_found"},
               {unknown_url("GET", "/v1/x"), 404, ""},
               {unknown_request_url("GET", "/x"), 404, "unknown_url"},
               {wrong_method("POST", "/v1/models"), 405, ""},
               {server_error(), 500, ""}};
  for (const auto& row : table) {
    EXPECT_EQ(row.e.status, row.status) << row.e.message;
    EXPECT_EQ(row.e.code, row.code) << row.e.message;
  }
}

TEST(api_error, has_openais_messages) {
  EXPECT_EQ(unsupported_content_type("text/plain").message,
            "Unsupported content type: 'text/plain'. This API method only accepts 'application/json' "
            "requests, but you specified the "
            "header 'Content-Type: text/plain'. Please try again with a supported content type.");
  EXPECT_EQ(model_not_found("x").message, "The model `x` does not exist or you do not have access to it.");
  EXPECT_EQ(unknown_url("POST", "/v1/chat/completion").message, "Invalid URL (POST /v1/chat/completion)");
  EXPECT_EQ(wrong_method("POST", "/v1/models").message,
            "Not allowed to POST on /v1/models. (HINT: Perhaps you meant to use a different HTTP method?)");
  EXPECT_EQ(wrong_key("sk-…abcd").message.substr(0, 44), "Incorrect API key provided: sk-…abcd. You ");
}

}  // namespace
}  // namespace weir::openai
