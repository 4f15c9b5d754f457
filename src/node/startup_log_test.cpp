#include "node/startup_log.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/testing/fake_log.hpp"

namespace weir::node {
namespace {

policy::policy policy_of(std::vector<policy::key_entry> keys) { return {keys, {}, {1, 2}}; }

std::string startup_line(std::string store_kind) {
  fake_log log;
  log_startup(
      {.node_id = "n1", .url = "http://127.0.0.1:8000", .store_kind = std::move(store_kind), .workers = 2}, 3,
      log);
  return log.lines.at(0);
}

std::vector<std::string> policy_warnings(std::vector<policy::key_entry> keys,
                                         const config::settings& settings = {}) {
  fake_log log;
  log_policy_warnings(policy_of(std::move(keys)), settings, log);
  return log.lines;
}

TEST(log_startup, says_where_the_node_listens_and_whose_limits_it_enforces) {
  EXPECT_NE(startup_line("redis").find(
                "listening url=http://127.0.0.1:8000 node_id=n1 workers=2 keys=3 store=redis "
                "limits=limits are shared by all nodes on this Redis"),
            std::string::npos);
  EXPECT_NE(startup_line("memory").find("limits are this node's alone"), std::string::npos);
  EXPECT_NE(startup_line("bypass").find("nothing is limited"), std::string::npos);
}

TEST(log_setting_warnings, explains_a_window_that_is_not_a_minute) {
  fake_log log;
  config::settings settings;
  log_setting_warnings(settings, log);
  EXPECT_TRUE(log.lines.empty());
  settings.window_seconds = 10;
  log_setting_warnings(settings, log);
  EXPECT_EQ(log.count("120 per 10 s"), 1u);
}

TEST(log_policy_warnings, are_absent_for_usual_keys) {
  EXPECT_TRUE(policy_warnings({{"sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s", {}}}).empty());
}

TEST(log_policy_warnings, count_guessable_keys_unless_there_is_a_secret) {
  const std::vector<policy::key_entry> short_keys{{"sk-a", {}}, {"sk-b", {}}};
  const auto lines = policy_warnings(short_keys);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("set KEY_ID_SECRET or use longer keys keys=2"), std::string::npos);
  config::settings settings;
  settings.key_id_secret = "pepper";
  EXPECT_TRUE(policy_warnings(short_keys, settings).empty());
}

TEST(log_policy_warnings, mention_a_node_without_keys) {
  EXPECT_NE(policy_warnings({}).at(0).find("there are no keys"), std::string::npos);
}

}  // namespace
}  // namespace weir::node
