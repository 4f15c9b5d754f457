#include "api/health_handler.hpp"

#include <gtest/gtest.h>

namespace weir::api {
namespace {

using enum admission::store_state;

health of(admission::store_state state, bool reached = true, bool stopping = false) {
  return {.store = {.state = state, .reached_once = reached}, .stopping = stopping};
}

TEST(health, is_ready_from_the_first_contact_until_it_stops) {
  EXPECT_FALSE(of(connecting, false).ready());
  EXPECT_TRUE(of(up).ready());
  EXPECT_TRUE(of(down).ready());
  EXPECT_FALSE(of(mismatch).ready());
  EXPECT_FALSE(of(up, true, true).ready());
}

TEST(health, has_a_status_of_one_word) {
  EXPECT_EQ(of(up).status(), "ok");
  EXPECT_EQ(of(down).status(), "degraded");
  EXPECT_EQ(of(up, true, true).status(), "stopping");
}

class health_handler_test : public testing::Test {
 protected:
  void set(admission::store_state state, bool reached) {
    store_.state = state;
    store_.reached_once = reached;
  }
  http::response readyz() const {
    http::response response;
    handler_.readyz(response);
    return response;
  }

  admission::store_health store_;
  std::atomic<bool> stopping_{false};
  health_handler handler_{
      {.node_id = "a\"b", .store_kind = "memory", .version = "1.2.3", .window_seconds = 10},
      {&store_},
      stopping_};
};

TEST_F(health_handler_test, says_why_it_is_not_ready) {
  set(connecting, false);
  EXPECT_EQ(readyz().status, 503u);
  EXPECT_EQ(readyz().body, "not ready: the store has not been reached yet\n");
  set(mismatch, true);
  EXPECT_EQ(readyz().status, 503u);
  EXPECT_EQ(readyz().body, "not ready: the store is used by nodes with other settings (see the log)\n");
  set(up, true);
  EXPECT_EQ(readyz().status, 200u);
  EXPECT_EQ(readyz().body, "ready\n");
  stopping_ = true;
  EXPECT_EQ(readyz().body, "not ready: stopping\n");
}

TEST_F(health_handler_test, describes_node_and_store_as_json) {
  set(up, true);
  http::response response;
  handler_.healthz(response);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            "{\"status\":\"ok\",\"node_id\":\"a\\\"b\",\"store\":{\"kind\":\"memory\",\"state\":\"up\"},"
            "\"version\":\"1.2.3\",\"window_seconds\":10}\n");
}

TEST_F(health_handler_test, is_alive_in_every_state) {
  http::response response;
  handler_.livez(response);
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, "alive\n");
}

}  // namespace
}  // namespace weir::api
