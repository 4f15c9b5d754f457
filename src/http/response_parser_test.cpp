// Responses as a client parses them, whole and in pieces.
#include "http/response_parser.hpp"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

struct parsed {
  client_response response;
  std::string body;
  bool done = false, failed = false;
};

parsed parse(std::string_view bytes, std::size_t slice, bool then_end = false) {
  parsed out;
  response_parser parser(out.response, out.body, 1U << 20);
  std::size_t used = 0;
  for (std::size_t there = 0; there < bytes.size() && !parser.done();) {
    there = std::min(there + slice, bytes.size());
    for (bool in_head = true; in_head && !parser.done();) {
      in_head = !parser.head_done();
      const auto more = parser.parse(bytes.substr(used, there - used));
      out.failed = !more;
      if (out.failed) return out;
      used += *more;
      in_head = in_head && parser.head_done() && used < there;
    }
  }
  out.done = parser.done() || (then_end && parser.parse_end());
  return out;
}

constexpr std::string_view limited =
    "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 5\r\nX-RateLimit-Limit-Requests: "
    "120\r\nretry-after-ms: 9816\r\n\r\nhello";

TEST(response_parser, keeps_status_fields_and_body) {
  for (const std::size_t slice : {1U, 7U, 1000U}) {
    const auto got = parse(limited, slice);
    EXPECT_TRUE(got.done);
    EXPECT_TRUE(got.response.keep_alive);
    EXPECT_EQ(got.response.status, 429U);
    EXPECT_EQ(got.response.field("x-ratelimit-limit-requests"), "120");
    EXPECT_EQ(got.response.field("Retry-After-Ms"), "9816");
    EXPECT_EQ(got.response.field("retry-after"), "");
    EXPECT_EQ(got.body, "hello");
  }
}

TEST(response_parser, reads_chunks) {
  const auto got = parse(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nx: y\r\n\r\n", 1);
  EXPECT_TRUE(got.done);
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.response.field("x"), "");
}

TEST(response_parser, ends_with_the_connection_where_no_length_is_named) {
  const auto got = parse("HTTP/1.1 200 OK\r\n\r\nhello", 3, true);
  EXPECT_TRUE(got.done);
  EXPECT_FALSE(got.response.keep_alive);
  EXPECT_EQ(got.body, "hello");
}

TEST(response_parser, calls_an_answer_cut_short_no_answer) {
  EXPECT_FALSE(parse(limited.substr(0, limited.size() - 1), 1000, true).done);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\n", 1000, true).done);
  EXPECT_FALSE(parse("", 1000, true).done);
}

TEST(response_parser, refuses_what_is_not_http) {
  EXPECT_TRUE(parse("-ERR unknown command\r\n\r\n", 1000).failed);
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", 1000).failed);
}

TEST(response_parser, says_when_the_connection_closes) {
  EXPECT_FALSE(
      parse("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", 1000).response.keep_alive);
}

}  // namespace
}  // namespace weir::http
