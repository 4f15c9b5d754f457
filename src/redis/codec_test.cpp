#include "redis/codec.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::redis {
namespace {

// As text, for comparison: s:… text, i integer, n nil, e:… error, [..] list.
std::string show(reply_view r) {
  switch (r.kind()) {
    case reply_kind::text: return "s:" + std::string(r.text());
    case reply_kind::integer: return "i";
    case reply_kind::nil: return "n";
    case reply_kind::error: return "e:" + std::string(r.text());
    case reply_kind::list: break;
  }
  std::string out = "[";
  for (std::size_t i = 0; i < r.size(); ++i) out += show(r.at(i)) + ",";
  return out + "]";
}

std::vector<std::string> all_of(reply_reader& reader) {
  std::vector<std::string> out;
  for (auto r = reader.next(); r && *r; r = reader.next()) out.push_back(show((*r)->view()));
  return out;
}

using namespace std::string_literals;

const std::string stream =
    "+OK\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n$-1\r\n:-42\r\n-NOSCRIPT No matching script.\r\n"s
    "*2\r\n$2\r\n17\r\n:9\r\n*0\r\n"s;
const std::vector<std::string> expected{
    "s:OK", "s:a\r\n\0b"s, "s:", "n", "i", "e:NOSCRIPT No matching script.", "[s:17,i,]", "[]"};

TEST(redis_codec, writes_commands_with_any_bytes) {
  std::string out;
  append_command(out, {"SET", std::string_view("k\0\r\n", 4), ""});
  EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n"s);
}

TEST(redis_codec, reads_replies_that_come_at_once) {
  reply_reader reader;
  reader.feed(stream);
  EXPECT_EQ(all_of(reader), expected);
}

TEST(redis_codec, reads_replies_that_come_byte_by_byte) {
  reply_reader reader;
  std::vector<std::string> seen;
  for (const char c : stream) {
    reader.feed({&c, 1});
    for (auto& r : all_of(reader)) seen.push_back(r);
  }
  EXPECT_EQ(seen, expected);
}

TEST(redis_codec, reads_replies_cut_at_any_offset) {
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    reply_reader reader;
    reader.feed(std::string_view(stream).substr(0, cut));
    auto seen = all_of(reader);
    reader.feed(std::string_view(stream).substr(cut));
    for (auto& r : all_of(reader)) seen.push_back(r);
    EXPECT_EQ(seen, expected) << "cut at " << cut;
  }
}

TEST(redis_codec, refuses_what_is_no_reply) {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n", "$-2\r\n", "$99999999999999999999\r\n", ":x\r\n"}) {
    reply_reader reader;
    reader.feed(bytes);
    EXPECT_FALSE(reader.next()) << bytes;
  }
}

TEST(redis_codec, refuses_a_reply_without_end) {
  reply_reader reader;
  reader.feed("$500000000\r\n");
  const std::string much(64 * 1024, 'x');
  std::size_t fed = 0;
  for (auto r = reader.next(); r; r = reader.next()) {
    ASSERT_LE(fed, max_reply_bytes + much.size());
    reader.feed(much);
    fed += much.size();
  }
}

TEST(redis_codec, reads_anew_after_a_reset) {
  reply_reader reader;
  reader.feed("garbage\r\n");
  EXPECT_FALSE(reader.next());
  reader.reset();
  reader.feed("+PONG\r\n");
  EXPECT_EQ(all_of(reader), std::vector<std::string>{"s:PONG"});
}

}  // namespace
}  // namespace weir::redis
