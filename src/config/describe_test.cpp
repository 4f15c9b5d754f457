#include "config/describe.hpp"

#include <gtest/gtest.h>

#include "config/setting.hpp"

namespace weir::config {
namespace {

TEST(describe, says_what_a_limit_is_per) {
  EXPECT_EQ(describe_limit(metric::requests, 120, 60), "120 requests per minute");
  EXPECT_EQ(describe_limit(metric::requests, 120, 10), "120 requests per 10 s");
  EXPECT_EQ(describe_limit(metric::input_tokens, limits::unlimited, 10), "unlimited input tokens");
  EXPECT_EQ(describe_limit(metric::output_tokens, 0, 1), "no output tokens per 1 s");
}

TEST(describe, takes_the_password_out_of_a_url) {
  EXPECT_EQ(without_password("redis://h:1/0"), "redis://h:1/0");
  EXPECT_EQ(without_password("redis://u:p@h:1/0"), "redis://u:***@h:1/0");
  EXPECT_EQ(without_password("redis://:p@h"), "redis://:***@h");
  EXPECT_EQ(without_password("redis://u@h"), "redis://u@h");
  EXPECT_EQ(without_password("redis://u:p@ss@h"), "redis://u:***@h");
  EXPECT_EQ(without_password("redis://u:p/@h:6379/0"), "redis://u:***@h:6379/0");
  EXPECT_EQ(without_password("unix:///run/redis.sock?db=0"), "unix:///run/redis.sock?db=0");
}

TEST(describe, shows_settings_and_keys_but_no_secret) {
  settings s;
  s.window_seconds = 10;
  s.redis_url = "redis://user:hunter2@h:6379/0";
  s.key_id_secret = "hunter3";
  s.api_keys = "keys: {hunter4: {}}";
  const std::vector<key_entry> keys{{"sk-0123456789abcdef", {120, 20000, limits::unlimited}},
                                    {"sk-short", {}}};
  const std::string text = describe(s, keys);
  for (const setting& one : all_settings())
    EXPECT_NE(text.find(one.variable), std::string::npos) << one.variable;
  EXPECT_NE(text.find("redis://user:***@h:6379/0"), std::string::npos);
  EXPECT_NE(text.find("1.   sk-********cdef  120 requests per 10 s, 20000 input tokens per 10 s, unlimited "
                      "output tokens\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("hold per 10 s (WINDOW_SECONDS)"), std::string::npos);
  for (const std::string_view secret : {"hunter", "sk-short", "sk-0123456789abcdef"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
}

TEST(describe, tells_short_keys_apart_by_their_ids) {
  const std::vector<key_entry> keys{{"sk-a", {1, 2, 3}}, {"sk-b", {}}};
  std::vector<key_id> ids(2);
  ids[0].hex.fill('a');
  ids[1].hex.fill('b');
  const std::string text = describe({}, keys, ids);
  EXPECT_NE(text.find("Keys (2), each with its id:\n  1.   ********         " + std::string(32, 'a') +
                      "  1 requests per minute, "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  2.   ********         " + std::string(32, 'b') + "  unlimited requests, "),
            std::string::npos)
      << text;
}

TEST(describe, says_so_where_limits_are_a_nodes_own_or_nobodys) {
  settings s;
  EXPECT_NE(describe(s, {}).find("limits are this node's alone"), std::string::npos);
  EXPECT_EQ(describe(s, {}).find("bypassed"), std::string::npos);
  s.bypass_limiter = true;
  EXPECT_NE(describe(s, {}).find("The limiter is bypassed"), std::string::npos);
}

}  // namespace
}  // namespace weir::config
