#include "node/check.hpp"

#include <gtest/gtest.h>

#include "node/event_list.hpp"

namespace weir::node {
namespace {

const std::vector<config::key_entry> long_keys{{"sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s", {}}};
const std::vector<config::key_entry> short_keys{{"sk-a", {}}, {"sk-b", {}}};

std::vector<std::string> cautions(const config::settings& settings, const std::vector<config::key_entry>& keys) {
  event_list log;
  caution(settings, keys, log);
  return log.lines;
}

TEST(check, wants_a_store_url_it_can_read) {
  config::settings settings;
  EXPECT_TRUE(check(settings).has_value());
  settings.redis_url = "redis://localhost:6379/0";
  EXPECT_TRUE(check(settings).has_value());
  settings.redis_url = "http://localhost";
  ASSERT_FALSE(check(settings).has_value());
  EXPECT_TRUE(check(settings).error().message.starts_with("REDIS_URL: it begins neither"));
}

TEST(caution, says_nothing_of_what_is_usual) { EXPECT_TRUE(cautions({}, long_keys).empty()); }

TEST(caution, tells_what_a_window_that_is_no_minute_means) {
  config::settings settings;
  settings.window_seconds = 10;
  const auto lines = cautions(settings, long_keys);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("120 per 10 s"), std::string::npos);
}

TEST(caution, tells_once_of_guessable_keys_without_a_secret) {
  config::settings settings;
  ASSERT_EQ(cautions(settings, short_keys).size(), 1u);
  EXPECT_NE(cautions(settings, short_keys)[0].find("KEY_ID_SECRET, or use longer keys keys=2"), std::string::npos);
  settings.key_id_secret = "pepper";
  EXPECT_TRUE(cautions(settings, short_keys).empty());
}

TEST(caution, tells_of_a_node_without_keys) {
  EXPECT_NE(cautions({}, {}).at(0).find("there are no keys"), std::string::npos);
}

}  // namespace
}  // namespace weir::node
