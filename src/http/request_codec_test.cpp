// Heads and chunked bodies as bytes, in pieces of any size: which are accepted, and why others are rejected.
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <vector>

#include "http/server_options.hpp"
#include "http/testing/codec_fixture.hpp"

namespace weir::http {
namespace {

using std::string;

constexpr auto whole = static_cast<std::size_t>(-1);

struct rejected_row {
  const char* why;
  string bytes;
  request_error expected;
};

void PrintTo(const rejected_row& row, std::ostream* out) { *out << row.why; }

string get(const string& fields) { return "GET /v1/models HTTP/1.1\r\n" + fields + "\r\n"; }
string post(const string& fields, const string& body) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
string post10(const string& fields, const string& body) {
  return "POST /x HTTP/1.0\r\nHost: a\r\n" + fields + "\r\n" + body;
}
string many_fields(std::size_t n) {
  string fields = "Host: a\r\n";
  for (std::size_t i = 1; i < n; ++i) fields += "x: y\r\n";
  return fields;
}
const string chunked = "Transfer-Encoding: chunked\r\n", five = "Content-Length: 5\r\n",
             hello = "5\r\nhello\r\n0\r\n\r\n";

class refused : public testing::TestWithParam<rejected_row> {};

TEST_P(refused, whole_and_byte_by_byte) {
  EXPECT_EQ(decode_request(GetParam().bytes, whole).refused, GetParam().expected);
  EXPECT_EQ(decode_request(GetParam().bytes, 1).refused, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    framing, refused,
    testing::Values(
        rejected_row{"length, then coding", post(five + chunked, hello), request_error::smuggled},
        rejected_row{"coding, then length", post(chunked + five, hello), request_error::smuggled},
        rejected_row{"coding twice", post(chunked + chunked, hello), request_error::smuggled},
        rejected_row{"coding listed twice", post("Transfer-Encoding: chunked, chunked\r\n", hello),
                     request_error::smuggled},
        rejected_row{"gzip", post("Transfer-Encoding: gzip\r\n", hello), request_error::smuggled},
        rejected_row{"gzip beside a length", post("Transfer-Encoding: gzip\r\n" + five, "hello"),
                     request_error::smuggled},
        rejected_row{"length beside gzip", post(five + "Transfer-Encoding: gzip\r\n", "hello"),
                     request_error::smuggled},
        rejected_row{"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", hello),
                     request_error::smuggled},
        rejected_row{"chunked, gzip", post("Transfer-Encoding: chunked, gzip\r\n", hello),
                     request_error::smuggled},
        rejected_row{"gzip and chunked in two fields", post("Transfer-Encoding: gzip\r\n" + chunked, hello),
                     request_error::smuggled},
        rejected_row{"chunked and gzip in two fields", post(chunked + "Transfer-Encoding: gzip\r\n", hello),
                     request_error::smuggled},
        rejected_row{"identity", post("Transfer-Encoding: identity\r\n", ""), request_error::smuggled},
        rejected_row{"an empty coding", post("Transfer-Encoding:\r\n", ""), request_error::smuggled},
        rejected_row{"a misspelt coding", post("Transfer-Encoding: xchunked\r\n", hello),
                     request_error::smuggled},
        rejected_row{"a quoted coding", post("Transfer-Encoding: \"chunked\"\r\n", hello),
                     request_error::smuggled},
        rejected_row{"a coding with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", hello),
                     request_error::smuggled},
        rejected_row{"a comma behind the coding", post("Transfer-Encoding: chunked,\r\n", hello),
                     request_error::smuggled},
        rejected_row{"a vertical tab before the coding",
                     post("Transfer-Encoding: \x0b"
                          "chunked\r\n",
                          hello),
                     request_error::malformed},
        rejected_row{"a coding in HTTP/1.0", post10(chunked, hello), request_error::smuggled},
        rejected_row{"gzip in HTTP/1.0", post10("Transfer-Encoding: gzip\r\n", ""), request_error::smuggled},
        rejected_row{"two lengths that differ", post(five + "Content-Length: 6\r\n", "hello!"),
                     request_error::smuggled},
        rejected_row{"two lengths that agree", post(five + five, "hello"), request_error::smuggled},
        rejected_row{"a list of lengths", post("Content-Length: 5, 5\r\n", "hello"), request_error::smuggled},
        rejected_row{"a list of lengths that differ", post("Content-Length: 5, 6\r\n", "hello"),
                     request_error::smuggled},
        rejected_row{"a comma behind the length", post("Content-Length: 5,\r\n", "hello"),
                     request_error::smuggled},
        rejected_row{"a signed length", post("Content-Length: +5\r\n", "hello"), request_error::smuggled},
        rejected_row{"a negative length", post("Content-Length: -5\r\n", "hello"), request_error::smuggled},
        rejected_row{"a length in hex", post("Content-Length: 0x5\r\n", "hello"), request_error::smuggled},
        rejected_row{"a length with a space", post("Content-Length: 1 0\r\n", "hello"),
                     request_error::smuggled},
        rejected_row{"an empty length", post("Content-Length:\r\n", "hello"), request_error::smuggled},
        rejected_row{"a length of 2^64", post("Content-Length: 18446744073709551616\r\n", ""),
                     request_error::smuggled},
        rejected_row{"a coding folded away", post("x: y\r\n Transfer-Encoding: chunked\r\n", ""),
                     request_error::smuggled},
        rejected_row{"a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", hello),
                     request_error::smuggled},
        rejected_row{"folded with a tab", post("x: y\r\n\tz\r\n", ""), request_error::smuggled},
        rejected_row{"a field that begins folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                     request_error::smuggled}));

INSTANTIATE_TEST_SUITE_P(
    grammar, refused,
    testing::Values(
        rejected_row{"no Host", get(""), request_error::malformed},
        rejected_row{"two Hosts", get("Host: a\r\nHost: a\r\n"), request_error::malformed},
        rejected_row{"two Hosts that differ", get("Host: a\r\nHost: b\r\n"), request_error::malformed},
        rejected_row{"a Host with a space", get("Host: a b\r\n"), request_error::malformed},
        rejected_row{"a Host with a path", get("Host: a/b\r\n"), request_error::malformed},
        rejected_row{"a Host with a user", get("Host: u@a\r\n"), request_error::malformed},
        rejected_row{"two keys", get("Host: a\r\nAuthorization: x\r\nAuthorization: y\r\n"),
                     request_error::malformed},
        rejected_row{"two content types", get("Host: a\r\nContent-Type: x\r\nContent-Type: y\r\n"),
                     request_error::malformed},
        rejected_row{"a space before the colon", get("Host : a\r\n"), request_error::malformed},
        rejected_row{"a space before the coding's colon", post("Transfer-Encoding : chunked\r\n", hello),
                     request_error::malformed},
        rejected_row{"a field without a colon", get("Host: a\r\nnonsense\r\n"), request_error::malformed},
        rejected_row{"a field without a name", get("Host: a\r\n: x\r\n"), request_error::malformed},
        rejected_row{"a space in a field's name", get("Host: a\r\na b: x\r\n"), request_error::malformed},
        rejected_row{"a bare CR in a value", get("Host: a\r\nx: y\rz: 1\r\n"), request_error::malformed},
        rejected_row{"a bare LF in a value", get("Host: a\r\nx: y\nz: 1\r\n"), request_error::malformed},
        rejected_row{"a NUL in a value", get(string("Host: a\r\nx: y\0z\r\n", 17)), request_error::malformed},
        rejected_row{"a NUL in a name", get(string("Host: a\r\nx\0: y\r\n", 16)), request_error::malformed},
        rejected_row{"a DEL in a value", get("Host: a\r\nx: \x7f\r\n"), request_error::malformed},
        rejected_row{"lines that end in LF", "GET / HTTP/1.1\nHost: a\n\n", request_error::malformed},
        rejected_row{"a method in brackets", "G[T / HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a method with a NUL", string("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n", 27),
                     request_error::malformed},
        rejected_row{"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a target with a tab", "GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a target beyond ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"a target with a space", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"a relative target", "GET v1/models HTTP/1.1\r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"an asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a scheme without a host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", request_error::malformed},
        rejected_row{"no version", "GET /\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"a space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                     request_error::malformed},
        rejected_row{"another protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n", request_error::malformed},
        rejected_row{"a bad Connection", get("Host: a\r\nConnection: close, @\r\n"),
                     request_error::malformed},
        rejected_row{"HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     request_error::unsupported_version},
        rejected_row{"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", request_error::unsupported_version},
        rejected_row{"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", request_error::unsupported_version},
        rejected_row{"HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", request_error::unsupported_version},
        rejected_row{"an unknown expectation", get("Host: a\r\nExpect: a-miracle\r\n"),
                     request_error::expectation},
        rejected_row{"a TLS greeting", string("\x16\x03\x01\x02\x00\x01", 6), request_error::malformed},
        rejected_row{"129 fields", get(many_fields(129)), request_error::headers_too_large},
        rejected_row{"a field of 16 KiB", get("Host: a\r\nx: " + string(16U << 10, 'y') + "\r\n"),
                     request_error::headers_too_large},
        rejected_row{"a target of 16 KiB", "GET /" + string(16U << 10, 'y') + " HTTP/1.1\r\nHost: a\r\n\r\n",
                     request_error::headers_too_large}));

INSTANTIATE_TEST_SUITE_P(
    chunks, refused,
    testing::Values(
        rejected_row{"a size that is no number", post(chunked, "x\r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"an empty size", post(chunked, "\r\nhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"a negative size", post(chunked, "-5\r\nhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"a signed size", post(chunked, "+5\r\nhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"a size as 0x5", post(chunked, "0x5\r\nhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"a space before the size", post(chunked, " 5\r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"a space behind the size", post(chunked, "5 \r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"a size beyond 64 bits", post(chunked, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"LF behind the size", post(chunked, "5\nhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"CR behind the size", post(chunked, "5\rhello\r\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"a chunk longer than its size", post(chunked, "5\r\nhello!\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"LF behind the chunk", post(chunked, "5\r\nhello\n0\r\n\r\n"), request_error::malformed},
        rejected_row{"LF in an extension", post(chunked, "5;a\nb\r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"an extension without a name", post(chunked, "5;\r\nhello\r\n0\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"a bad trailer", post(chunked, "0\r\nbad trailer\r\n\r\n"), request_error::malformed},
        rejected_row{"a length as trailer", post(chunked, "0\r\nContent-Length: 5\r\n\r\n"),
                     request_error::malformed},
        rejected_row{"a chunk over the limit", post(chunked, "100001\r\n"), request_error::body_too_large},
        rejected_row{"chunks over the limit", post(chunked, "1\r\nx\r\n100000\r\n"),
                     request_error::body_too_large},
        rejected_row{"a length over the limit", post("Content-Length: 1048577\r\n", ""),
                     request_error::body_too_large}));

struct accepted_row {
  const char* why;
  string bytes;
  string method, path, body;
  bool keep_alive;
};

void PrintTo(const accepted_row& row, std::ostream* out) { *out << row.why; }

class accepted : public testing::TestWithParam<accepted_row> {};

TEST_P(accepted, whole_and_byte_by_byte) {
  const auto& row = GetParam();
  const auto got = decode_request(row.bytes, whole);
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.method, row.method);
  EXPECT_EQ(got.path, row.path);
  EXPECT_EQ(got.body, row.body);
  EXPECT_EQ(got.keep_alive, row.keep_alive);
  EXPECT_EQ(got.used, row.bytes.size());
  EXPECT_EQ(decode_request(row.bytes, 1), got);
}

INSTANTIATE_TEST_SUITE_P(
    requests, accepted,
    testing::Values(
        accepted_row{"plain", get("Host: a\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"an empty Host", get("Host:\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"a Host with a port", get("Host: [::1]:8000\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"names in any case", get("hOST: a\r\nCONNECTION: Close\r\n"), "GET", "/v1/models", "",
                     false},
        accepted_row{"an empty value", get("Host: a\r\nx:\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"obs-text in a value", get("Host: a\r\nx: \xe4\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"spaces around a value", get("Host: \t a \t\r\n"), "GET", "/v1/models", "", true},
        accepted_row{"an empty line before it", "\r\n\r\n" + get("Host: a\r\n"), "GET", "/v1/models", "",
                     true},
        accepted_row{"128 fields", get(many_fields(128)), "GET", "/v1/models", "", true},
        accepted_row{"a query", "GET /a/b?c=d#e HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/a/b", "", true},
        accepted_row{"absolute form", "GET http://b:80/a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/a/b", "",
                     true},
        accepted_row{"absolute form without a path", "GET HTTPS://b?c HTTP/1.1\r\nHost: b\r\n\r\n", "GET",
                     "/", "", true},
        accepted_row{"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS", "*", "", true},
        accepted_row{"an unknown method", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", "BREW", "/pot", "", true},
        accepted_row{"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GET", "/", "", false},
        accepted_row{"HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET", "/",
                     "", true},
        accepted_row{"a length", post(five, "hello"), "POST", "/x", "hello", true},
        accepted_row{"a length with zeros", post("Content-Length: 0005\r\n", "hello"), "POST", "/x", "hello",
                     true},
        accepted_row{"a length of zero", post("Content-Length: 0\r\n", ""), "POST", "/x", "", true},
        accepted_row{"a body that begins with a blank", post(five, " \r\n\r\n"), "POST", "/x", " \r\n\r\n",
                     true},
        accepted_row{"chunks", post(chunked, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "POST", "/x", "hello",
                     true},
        accepted_row{"the coding in capitals", post("Transfer-Encoding: CHUNKED\r\n", hello), "POST", "/x",
                     "hello", true},
        accepted_row{"sizes in hex with zeros", post(chunked, "000A\r\n0123456789\r\n00\r\n\r\n"), "POST",
                     "/x", "0123456789", true},
        accepted_row{"an extension", post(chunked, "5;a=\"b;c\";d\r\nhello\r\n0;e\r\n\r\n"), "POST", "/x",
                     "hello", true},
        accepted_row{"trailers", post(chunked, "5\r\nhello\r\n0\r\nx: y\r\nAuthorization: z\r\n\r\n"), "POST",
                     "/x", "hello", true},
        accepted_row{"no chunk but the last", post(chunked, "0\r\n\r\n"), "POST", "/x", "", true}));

TEST(request_codec, keeps_what_the_gate_reads) {
  const string fields =
      "Authorization: Bearer k\r\nContent-Type: text/plain; a=b\r\nExpect: 100-Continue\r\n";
  const auto got = decode_request(post(fields + five, "hello"), 7);
  EXPECT_EQ(got.authorization, "Bearer k");
  EXPECT_EQ(got.content_type, "text/plain; a=b");
  EXPECT_EQ(got.target, "/x");
  EXPECT_TRUE(got.expects_continue);
}

TEST(request_codec, believes_no_trailer) {
  const auto got = decode_request(post(chunked, "0\r\nAuthorization: Bearer k\r\nExpect: x\r\n\r\n"), whole);
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.authorization, "");
}

TEST(request_codec, leaves_the_next_request_alone) {
  const auto got = decode_request(post(chunked, hello) + get("Host: b\r\n"), whole);
  EXPECT_EQ(got.used, post(chunked, hello).size());
}

TEST(request_codec, refuses_a_line_as_soon_as_it_is_wrong) {
  head_scanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nHost: a\n").error(), request_error::malformed);
}

TEST(request_codec, spends_no_more_than_the_budget_on_chunks) {
  counter held;
  byte_budget budget(16U << 10, held);
  body_buffer body(budget);
  request_parser parser;
  ASSERT_FALSE(parser.parse(post(chunked, "")));
  const string chunk = "5000\r\n" + string(0x5000, 'x');
  EXPECT_EQ(parser.decode(chunk, body, 1U << 20).error(), request_error::over_budget);
  EXPECT_EQ(held.get(), 0U);
}

// Random cuts and mutations of valid requests: the pieces make no difference.
TEST(request_codec, does_not_depend_on_slicing) {
  std::mt19937 random(20261124);
  const std::vector<string> seeds{
      get("Host: a\r\n"), post(five, "hello"), post(chunked, hello), post(chunked + five, hello),
      "\r\n" + post("Expect: 100-continue\r\n" + chunked, "3;x=\"y\"\r\nabc\r\n0\r\nt: u\r\n\r\n")};
  const string letters = string("\0\r\n \t:;,0aF\x7f\xff", 14);
  for (int round = 0; round < 20'000; ++round) {
    string bytes = seeds[random() % seeds.size()];
    for (auto edits = random() % 3; edits > 0; --edits)
      bytes[random() % bytes.size()] = letters[random() % letters.size()];
    const auto at_once = decode_request(bytes, whole);
    ASSERT_EQ(decode_request(bytes, 1), at_once) << bytes;
    ASSERT_EQ(decode_request(bytes, 1 + random() % 40), at_once) << bytes;
  }
}

}  // namespace
}  // namespace weir::http
