#include "admin/metrics_handler.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "http/testing/fake_exchange.hpp"

namespace weir::admin {
namespace {

class metrics_handler_test : public testing::Test {
 protected:
  void serve(http::fake_exchange& e) {
    asio::co_spawn(loop_, handler_.serve(e), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    loop_.restart();
    loop_.run();
    EXPECT_EQ(e.sent, 1);
  }

  asio::io_context loop_{1};
  metrics_handler handler_{loop_, [](metric_set& out) { out.gauge("weir_up", "Always 1.", 1.0); }};
};

TEST_F(metrics_handler_test, serves_all_metrics_as_text) {
  http::fake_exchange e("GET", "/metrics", "");
  serve(e);
  EXPECT_EQ(e.response().status, 200u);
  EXPECT_EQ(e.response().content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(e.response().body.find("# HELP weir_up Always 1.\n# TYPE weir_up gauge\nweir_up 1\n"),
            std::string::npos)
      << e.response().body;
  EXPECT_NE(e.response().body.find("\nweir_metrics_scrapes_total 1\n"), std::string::npos);
}

TEST_F(metrics_handler_test, refuses_other_methods) {
  http::fake_exchange e("POST", "/metrics", "");
  serve(e);
  EXPECT_EQ(e.response().status, 405u);
  EXPECT_EQ(e.response().headers, "allow: GET, HEAD\r\n");
}

}  // namespace
}  // namespace weir::admin
