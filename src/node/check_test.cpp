#include "node/check.hpp"

#include <gtest/gtest.h>

#include "gate/key_identity.hpp"
#include "node/event_list.hpp"

namespace weir::node {
namespace {

const std::vector<config::key_entry> long_keys{{"sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s", {}}};
const std::vector<config::key_entry> short_keys{{"sk-a", {}}, {"sk-b", {}}};

std::vector<std::string> cautions(const config::settings& settings,
                                  const std::vector<config::key_entry>& keys) {
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
  EXPECT_EQ(check(settings).error().variable, "REDIS_URL");
  EXPECT_TRUE(check(settings).error().message.starts_with("it begins neither"));
}

TEST(check, wants_a_host_it_can_listen_on) {
  config::settings settings;
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::1", "localhost"}) {
    settings.host = host;
    EXPECT_TRUE(check(settings).has_value()) << host;
  }
  settings.host = "not a host";
  ASSERT_FALSE(check(settings).has_value());
  EXPECT_EQ(check(settings).error().variable, "HOST");
  EXPECT_NE(check(settings).error().message.find("\"not a host\": it is neither an address nor a known name"),
            std::string::npos);
}

TEST(ids_of, are_the_ids_a_node_gives_its_keys) {
  config::settings settings;
  const auto plain = ids_of(settings, short_keys);
  ASSERT_EQ(plain.size(), 2u);
  EXPECT_EQ(plain[1], make_key_id("sk-b", ""));
  settings.key_id_secret = "pepper";
  EXPECT_EQ(ids_of(settings, short_keys)[1], make_key_id("sk-b", "pepper"));
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
  EXPECT_NE(cautions(settings, short_keys)[0].find("KEY_ID_SECRET, or use longer keys keys=2"),
            std::string::npos);
  settings.key_id_secret = "pepper";
  EXPECT_TRUE(cautions(settings, short_keys).empty());
}

TEST(caution, tells_of_a_node_without_keys) {
  EXPECT_NE(cautions({}, {}).at(0).find("there are no keys"), std::string::npos);
}

}  // namespace
}  // namespace weir::node
