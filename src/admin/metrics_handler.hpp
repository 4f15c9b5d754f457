// GET /metrics: the metrics of the node in Prometheus' text format.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/metric_set.hpp"
#include "http/exchange.hpp"

namespace weir::admin {

// Renders families in the text format, version 0.0.4.
std::string to_prometheus_text(const metric_set& metrics);

// One for all workers of a node. It renders on the control loop, so that a scrape delays no request of a
// worker.
class metrics_handler {
 public:
  static constexpr std::string_view path = "/metrics";

  // Adds all metrics of the node. Runs on the control loop.
  using collector = std::function<void(metric_set&)>;

  // `control` must run as long as any worker does.
  metrics_handler(asio::io_context& control, collector collect);

  // Fills e.response() and sends it: 200, or 405 for other methods than GET and HEAD. Called from every
  // worker.
  awaitable<void> serve(http::exchange& e);

 private:
  awaitable<std::string> render();

  asio::io_context& control_;
  collector collect_;
  std::uint64_t scrapes_ = 0;
};

}  // namespace weir::admin
