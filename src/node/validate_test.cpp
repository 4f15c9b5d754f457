#include "node/validate.hpp"

#include <gtest/gtest.h>

#include "policy/key_ids.hpp"

namespace weir::node {
namespace {

TEST(validate, wants_a_redis_url_that_it_can_read) {
  config::settings settings;
  EXPECT_TRUE(validate(settings).has_value());
  settings.redis_url = "redis://localhost:6379/0";
  EXPECT_TRUE(validate(settings).has_value());
  settings.redis_url = "http://localhost";
  ASSERT_FALSE(validate(settings).has_value());
  EXPECT_EQ(validate(settings).error().variable, "REDIS_URL");
}

TEST(validate, wants_a_host_that_it_can_listen_on) {
  config::settings settings;
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::1", "localhost"}) {
    settings.host = host;
    EXPECT_TRUE(validate(settings).has_value()) << host;
  }
  settings.host = "not a host";
  ASSERT_FALSE(validate(settings).has_value());
  EXPECT_EQ(validate(settings).error().variable, "HOST");
  EXPECT_NE(validate(settings).error().message.find("\"not a host\""), std::string::npos);
}

TEST(ids_of, are_the_ids_that_a_node_gives_its_keys) {
  const std::vector<policy::key_entry> keys{{"sk-a", {}}, {"sk-b", {}}};
  config::settings settings;
  const auto plain = ids_of(settings, keys);
  ASSERT_EQ(plain.size(), 2u);
  EXPECT_EQ(plain[1], policy::make_key_id("sk-b", ""));
  settings.key_id_secret = "pepper";
  EXPECT_EQ(ids_of(settings, keys)[1], policy::make_key_id("sk-b", "pepper"));
}

}  // namespace
}  // namespace weir::node
