#include "node/health.hpp"

#include <gtest/gtest.h>

namespace weir::node {
namespace {

using enum store_state;

health of(std::vector<store_state> states, bool reached = true, bool stopping = false) {
  node_cells cells(static_cast<unsigned>(states.size()));
  for (std::size_t i = 0; i < states.size(); ++i) {
    cells.workers[i]->store.state = states[i];
    cells.workers[i]->store.reached_once = reached;
  }
  return read_health(cells, stopping);
}

TEST(health, is_the_worst_of_the_workers_stores) {
  EXPECT_EQ(of({up, up}).store, up);
  EXPECT_EQ(of({up, connecting}).store, connecting);
  EXPECT_EQ(of({down, up, connecting}).store, down);
  EXPECT_EQ(of({down, mismatch}).store, mismatch);
}

TEST(health, is_ready_from_the_first_contact_until_it_stops) {
  EXPECT_FALSE(of({connecting}, false).ready());
  EXPECT_TRUE(of({up}).ready());
  EXPECT_TRUE(of({down}).ready());
  EXPECT_FALSE(of({mismatch}).ready());
  EXPECT_FALSE(of({up}, true, true).ready());
}

TEST(health, says_in_a_word_how_it_is) {
  EXPECT_EQ(of({up}).status(), "ok");
  EXPECT_EQ(of({down}).status(), "degraded");
  EXPECT_EQ(of({up}, true, true).status(), "stopping");
}

TEST(health, says_why_it_is_not_ready) {
  EXPECT_EQ(readiness_text(of({up})), "ready\n");
  EXPECT_EQ(readiness_text(of({up}, true, true)), "not ready: stopping\n");
  EXPECT_EQ(readiness_text(of({connecting}, false)), "not ready: the store was not reached yet\n");
}

TEST(health, tells_node_and_store_as_json) {
  std::string out;
  write_health(out, of({up}), {.node_id = "a\"b", .url = {}, .store_kind = "memory", .window_seconds = 10});
  EXPECT_TRUE(out.starts_with(
      R"({"status":"ok","node_id":"a\"b","store":{"kind":"memory","state":"up"},"version":")"))
      << out;
  EXPECT_TRUE(out.ends_with("\",\"window_seconds\":10}\n")) << out;
}

}  // namespace
}  // namespace weir::node
