// The bytes of a response and of its date.
#include "http/response_writer.hpp"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

constexpr std::string_view date = "date: D\r\n";

response hello() {
  response what;
  what.headers = "x-a: b\r\n";
  what.body = "{}";
  return what;
}

std::string written(const response& what, connection_line after, bool no_body = false) {
  std::string out = "what was there before";
  write_response(out, what, date, after, no_body);
  return out;
}

TEST(response_writer, writes_head_and_body) {
  EXPECT_EQ(written(hello(), connection_line::none),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ndate: D\r\nx-a: "
            "b\r\n\r\n{}");
}

TEST(response_writer, says_how_the_connection_goes_on) {
  EXPECT_NE(written(hello(), connection_line::close).find("\r\nconnection: close\r\n"), std::string::npos);
  EXPECT_NE(written(hello(), connection_line::keep_alive).find("\r\nconnection: keep-alive\r\n"),
            std::string::npos);
}

TEST(response_writer, tells_head_the_length_of_what_it_does_not_get) {
  const auto out = written(hello(), connection_line::none, true);
  EXPECT_NE(out.find("content-length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

TEST(response_writer, gives_no_body_where_none_may_be) {
  auto what = hello();
  what.status = 204;
  EXPECT_EQ(written(what, connection_line::none), "HTTP/1.1 204 No Content\r\ndate: D\r\nx-a: b\r\n\r\n");
}

TEST(response_writer, names_each_status) {
  auto what = hello();
  what.status = 429;
  EXPECT_TRUE(written(what, connection_line::none).starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
  what.status = 505;
  EXPECT_TRUE(
      written(what, connection_line::none).starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
}

TEST(response_writer, writes_dates_as_rfc_9110_does) {
  const auto line = format_date_line(784111777);
  EXPECT_EQ(std::string_view(line.data(), line.size()), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
}

TEST(response_writer, knows_the_date_of_today) {
  asio::io_context loop;
  deadline_ticker ticks(loop, std::chrono::milliseconds(50));
  const date_line today(ticks);
  EXPECT_TRUE(today.text().starts_with("date: "));
  EXPECT_TRUE(today.text().ends_with(" GMT\r\n"));
}

}  // namespace
}  // namespace weir::http
