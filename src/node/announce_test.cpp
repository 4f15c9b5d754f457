#include "node/announce.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::node {
namespace {

class event_list final : public event_log {
 public:
  void write(severity level, std::string_view event, std::initializer_list<log_field> fields) override {
    std::string line(level == severity::warning ? "warning: " : "");
    line += event;
    for (const auto& f : fields) line.append(" ").append(f.name).append("=").append(f.value);
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

node_facts some_facts() {
  return {.node_id = "n1", .url = "http://127.0.0.1:8000", .store_kind = "memory", .window_seconds = 60, .workers = 2, .keys = 3};
}

TEST(announce, says_where_it_listens_and_that_embedded_limits_are_its_own) {
  event_list log;
  announce(some_facts(), {}, 0, log);
  ASSERT_EQ(log.lines.size(), 1u);
  EXPECT_NE(log.lines[0].find("listening url=http://127.0.0.1:8000 node_id=n1 workers=2"), std::string::npos);
  EXPECT_NE(log.lines[0].find("limits are this node's alone"), std::string::npos);
}

TEST(announce, says_that_limits_on_redis_are_shared) {
  event_list log;
  node_facts facts = some_facts();
  facts.store_kind = "redis";
  announce(facts, {}, 0, log);
  EXPECT_NE(log.lines[0].find("over all nodes"), std::string::npos);
}

TEST(announce, warns_of_a_window_that_is_no_minute) {
  event_list log;
  node_facts facts = some_facts();
  facts.window_seconds = 10;
  announce(facts, {}, 0, log);
  ASSERT_EQ(log.lines.size(), 2u);
  EXPECT_NE(log.lines[1].find("120 per 10 s"), std::string::npos);
}

TEST(announce, warns_once_of_guessable_keys_without_a_secret) {
  event_list log;
  announce(some_facts(), {}, 2, log);
  ASSERT_EQ(log.lines.size(), 2u);
  EXPECT_NE(log.lines[1].find("KEY_ID_SECRET"), std::string::npos);
  config::settings with_secret;
  with_secret.key_id_secret = "pepper";
  announce(some_facts(), with_secret, 2, log);
  EXPECT_EQ(log.lines.size(), 3u);
}

TEST(announce, warns_of_a_node_without_keys) {
  event_list log;
  node_facts facts = some_facts();
  facts.keys = 0;
  announce(facts, {}, 0, log);
  EXPECT_NE(log.lines[1].find("there are no keys"), std::string::npos);
}

}  // namespace
}  // namespace weir::node
