#include "node/announce.hpp"

#include <gtest/gtest.h>

#include "node/event_list.hpp"

namespace weir::node {
namespace {

node_facts some_facts() {
  return {.node_id = "n1",
          .url = "http://127.0.0.1:8000",
          .store_kind = "memory",
          .window_seconds = 60,
          .workers = 2,
          .keys = 3};
}

TEST(announce, says_where_it_listens_and_that_embedded_limits_are_its_own) {
  event_list log;
  announce(some_facts(), log);
  ASSERT_EQ(log.lines.size(), 1u);
  EXPECT_NE(log.lines[0].find("listening url=http://127.0.0.1:8000 node_id=n1 workers=2"), std::string::npos);
  EXPECT_NE(log.lines[0].find("limits are this node's alone"), std::string::npos);
}

TEST(announce, says_that_limits_on_redis_are_shared) {
  event_list log;
  node_facts facts = some_facts();
  facts.store_kind = "redis";
  announce(facts, log);
  EXPECT_NE(log.lines[0].find("over all nodes"), std::string::npos);
}

}  // namespace
}  // namespace weir::node
