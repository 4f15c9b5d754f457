#include "config/describe.hpp"

#include <gtest/gtest.h>

#include "config/setting.hpp"

namespace weir::config {
namespace {

TEST(describe, hides_the_password_of_a_url) {
  EXPECT_EQ(without_password("redis://h:1/0"), "redis://h:1/0");
  EXPECT_EQ(without_password("redis://u:p@h:1/0"), "redis://u:***@h:1/0");
  EXPECT_EQ(without_password("redis://:p@h"), "redis://:***@h");
  EXPECT_EQ(without_password("redis://u@h"), "redis://u@h");
  EXPECT_EQ(without_password("redis://u:p@ss@h"), "redis://u:***@h");
  EXPECT_EQ(without_password("redis://u:p/@h:6379/0"), "redis://u:***@h:6379/0");
  EXPECT_EQ(without_password("unix:///run/redis.sock?db=0"), "unix:///run/redis.sock?db=0");
}

TEST(describe, shows_every_setting_but_no_secret) {
  settings s;
  s.window_seconds = 10;
  s.redis_url = "redis://user:hunter2@h:6379/0";
  s.key_id_secret = "hunter3";
  s.api_keys = "keys: {hunter4: {}}";
  const std::string text = describe_settings(s);
  for (const setting& one : all_settings())
    EXPECT_NE(text.find(one.variable), std::string::npos) << one.variable;
  EXPECT_NE(text.find("redis://user:***@h:6379/0"), std::string::npos);
  EXPECT_NE(text.find("hold per 10 s (WINDOW_SECONDS)"), std::string::npos);
  for (const std::string_view secret : {"hunter2", "hunter3", "hunter4"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
}

TEST(describe, says_that_an_embedded_store_limits_this_node_alone) {
  settings s;
  EXPECT_NE(describe_settings(s).find("limits are this node's alone"), std::string::npos);
  EXPECT_EQ(describe_settings(s).find("bypassed"), std::string::npos);
  s.bypass_limiter = true;
  EXPECT_NE(describe_settings(s).find("The limiter is bypassed"), std::string::npos);
}

}  // namespace
}  // namespace weir::config
