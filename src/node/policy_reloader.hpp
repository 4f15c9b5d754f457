// Reloads the policy on SIGHUP, on a thread of its own.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "base/awaitable.hpp"
#include "base/event_log.hpp"
#include "base/metric_set.hpp"
#include "policy/policy_source.hpp"

namespace weir::node {

// Used on the control loop only; parsing a large key file takes seconds and happens on a thread beside it, so
// that the loop stays responsive.
class policy_reloader {
 public:
  using publisher = std::function<void(const policy::policy_snapshot&)>;

  // `publish` runs on the control loop after each successful reload. `control` and the log must outlive the
  // object.
  policy_reloader(asio::io_context& control, policy::policy_source source, policy::policy_snapshot first,
                  publisher publish, event_log& log);
  // Waits for a load under way.
  ~policy_reloader();

  // Loads the policy and publishes it. Where the keys are wrong, the present policy stays in force and the
  // log names file, line and column. A request that comes while a load is under way causes one more load
  // after it.
  void reload();

  const policy::policy_snapshot& present() const { return present_; }

  // Adds weir_policy_reloads_total and weir_policy_last_reload_successful.
  void add_metrics(metric_set& out) const;

 private:
  void load();
  void finish(const result<policy::policy_snapshot>& loaded);

  asio::io_context& control_;
  policy::policy_source source_;
  policy::policy_snapshot present_;
  publisher publish_;
  event_log& log_;
  bool loading_ = false, again_ = false, last_successful_ = true;
  std::uint64_t successes_ = 0, failures_ = 0;
  asio::thread_pool loader_{1};  // last: its thread uses the members above
};

}  // namespace weir::node
