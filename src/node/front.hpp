// The handler of the main port: /metrics goes to the admin module, everything else to the API.
#pragma once

#include "admin/metrics_handler.hpp"
#include "api/api.hpp"
#include "http/exchange.hpp"

namespace weir::node {

// One object per worker. The fronts do not know each other; this class does.
class front final : public http::handler {
 public:
  // Both must outlive it.
  front(api::api& api, admin::metrics_handler& metrics) : api_(api), metrics_(metrics) {}

  awaitable<void> serve(http::exchange& e) override {
    if (e.head().path == admin::metrics_handler::path) return metrics_.serve(e);
    return api_.serve(e);
  }
  void on_request_error(http::request_error why, http::response& response) noexcept override {
    api_.on_request_error(why, response);
  }

 private:
  api::api& api_;
  admin::metrics_handler& metrics_;
};

}  // namespace weir::node
