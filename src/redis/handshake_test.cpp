#include "redis/handshake.hpp"

#include <gtest/gtest.h>

namespace weir::redis {
namespace {

const std::string info7 =
    "# Server\r\nredis_version:7.0.15\r\nrun_id:abc123\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n";
const std::string sha(40, 'f');

std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}
const std::string time_reply = "*2\r\n" + bulk("1700000000") + bulk("25");

handshake_options options_with(std::string user, std::string password) {
  return {std::move(user),  std::move(password), 3, "weir:meta", "layout=1 window=60 secret=none",
          "#!lua\nreturn 1"};
}

// Feeds whole replies in order and keeps the bytes that the handshake sent.
struct talk {
  explicit talk(handshake_options o) : options(std::move(o)) { shaker.begin(sent); }
  handshake_state hear(const std::string& replies) {
    reader.feed(replies);
    for (auto r = reader.next(); r && *r; r = reader.next()) shaker.on_reply((*r)->view(), sent);
    return shaker.state();
  }
  handshake_options options;
  handshake shaker{options};
  reply_reader reader;
  std::string sent;
};

TEST(redis_handshake, is_ready_when_everything_fits) {
  talk t(options_with("", ""));
  EXPECT_EQ(t.hear("+OK\r\n" + bulk(info7)), handshake_state::talking);
  EXPECT_EQ(t.hear("+OK\r\n" + bulk("layout=1 window=60 secret=none") + bulk(sha) + time_reply),
            handshake_state::ready);
  EXPECT_EQ(t.shaker.server().version, "7.0.15");
  EXPECT_EQ(t.shaker.server().run_id, "abc123");
  EXPECT_EQ(t.shaker.server().maxmemory_policy, "noeviction");
  EXPECT_EQ(t.shaker.server().script_sha, sha);
  EXPECT_EQ(t.shaker.server().now.us, 1'700'000'000'000'025);
}

TEST(redis_handshake, is_ready_where_meta_was_there_before) {
  talk t(options_with("", ""));
  EXPECT_EQ(t.hear("+OK\r\n" + bulk(info7) + "$-1\r\n" + bulk("layout=1 window=60 secret=none") + bulk(sha) +
                   time_reply),
            handshake_state::ready);
}

TEST(redis_handshake, says_who_it_is_only_with_a_password) {
  EXPECT_EQ(talk(options_with("", "")).sent, "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*1\r\n$4\r\nINFO\r\n");
  EXPECT_TRUE(
      talk(options_with("", "pw")).sent.starts_with("*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT"));
  EXPECT_TRUE(
      talk(options_with("ann", "pw")).sent.starts_with("*3\r\n$4\r\nAUTH\r\n$3\r\nann\r\n$2\r\npw\r\n"));
}

TEST(redis_handshake, writes_nothing_before_it_knows_the_server) {
  talk t(options_with("", ""));
  t.hear("+OK\r\n");
  EXPECT_EQ(t.sent.find("SET"), std::string::npos);
  t.hear(bulk(info7));
  EXPECT_NE(t.sent.find("$3\r\nSET\r\n$9\r\nweir:meta\r\n"), std::string::npos);
  EXPECT_NE(t.sent.find("SCRIPT\r\n$4\r\nLOAD\r\n"), std::string::npos);
}

TEST(redis_handshake, a_mismatch_says_what_differs_and_what_to_do) {
  talk t(options_with("", ""));
  EXPECT_EQ(t.hear("+OK\r\n" + bulk(info7) + "$-1\r\n" + bulk("layout=1 window=10 secret=none")),
            handshake_state::mismatch);
  EXPECT_NE(t.shaker.problem().find("(other window)"), std::string::npos) << t.shaker.problem();
  EXPECT_NE(t.shaker.problem().find("stop all nodes and DEL weir:meta"), std::string::npos);
}

struct refusal {
  std::string_view name, replies, problem;
};

TEST(redis_handshake, refuses_with_the_reason) {
  const std::string old = "+OK\r\n+OK\r\n" + bulk("redis_version:6.2.14\r\n"),
                    nothing = "+OK\r\n+OK\r\n" + bulk("");
  const std::string ready = "+OK\r\n+OK\r\n" + bulk(info7);
  const std::string readonly = ready + "-READONLY You can't write against a read only replica.\r\n";
  const std::string wrong_type = ready + "$-1\r\n-WRONGTYPE Operation against a key\r\n";
  const std::string no_sha = ready + "+OK\r\n" + bulk("layout=1 window=60 secret=none") + bulk("?");
  const std::string no_time =
      ready + "+OK\r\n" + bulk("layout=1 window=60 secret=none") + bulk(sha) + "*0\r\n";
  for (const refusal& row : std::initializer_list<refusal>{
           {"password", "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
            "AUTH with WRONGPASS"},
           {"database", "+OK\r\n-ERR DB index is out of range\r\n", "SELECT with ERR DB index"},
           {"loading", "+OK\r\n+OK\r\n-LOADING Redis is loading the dataset in memory\r\n", "LOADING"},
           {"old", old, "7.0 or newer is required, but this is 6.2.14"},
           {"no version", nothing, "but this is none"},
           {"replica", readonly, "SET with READONLY"},
           {"type", wrong_type, "GET with WRONGTYPE"},
           {"script", no_sha, "not a SHA-1"},
           {"time", no_time, "not a time"},
       }) {
    talk t(options_with("ann", "pw"));
    EXPECT_EQ(t.hear(std::string(row.replies)), handshake_state::refused) << row.name;
    EXPECT_NE(t.shaker.problem().find(row.problem), std::string::npos)
        << row.name << ": " << t.shaker.problem();
  }
}

TEST(redis_handshake, never_repeats_a_password_that_the_server_quotes) {
  talk t(options_with("", "hunter2"));
  t.hear("-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n");
  EXPECT_EQ(t.shaker.problem(), "Redis answers AUTH with ERR");
}

TEST(redis_handshake, stays_what_it_became) {
  talk t(options_with("", ""));
  t.hear("-ERR no\r\n");
  EXPECT_EQ(t.hear("+OK\r\n" + bulk(info7)), handshake_state::refused);
}

}  // namespace
}  // namespace weir::redis
