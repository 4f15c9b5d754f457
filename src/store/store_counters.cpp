#include "store/store_counters.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir::store {
namespace {

using workers_view = std::span<const store_counters* const>;

void add_flow(metric_set& out, workers_view workers) {
  const auto gauge = [&](std::string_view name, std::string_view help, counter store_counters::* which) {
    out.gauge(name, help,
              static_cast<double>(sum_of(workers, [&](const auto& w) { return (w.*which).get(); })));
  };
  out.histogram("weir_store_take_duration_seconds",
                "Time from asking the store for a decision to its decision or error.",
                each_of(workers, [](const store_counters& w) { return &w.take_latency_us; }), 1e6);
  out.histogram("weir_store_batch_operations", "Number of operations in one call to Redis.",
                each_of(workers, [](const store_counters& w) { return &w.batch_operations; }), 1);
  gauge("weir_store_queued_takes", "Takes that wait to be sent to Redis.", &store_counters::queued_takes);
  gauge("weir_store_queued_settles", "Settles that wait to be sent to Redis.",
        &store_counters::queued_settles);
  gauge("weir_store_connections", "Open connections to Redis.", &store_counters::connections);
  const bool up = std::all_of(workers.begin(), workers.end(), [](const store_counters* w) {
    return w->health.state.load(std::memory_order_relaxed) == store_state::up;
  });
  out.gauge("weir_store_up", "1 while every worker reaches the store, 0 otherwise.", up ? 1.0 : 0.0);
}

void add_faults(metric_set& out, workers_view workers) {
  std::vector<metric_sample> errors;
  for (std::size_t i = 0; i < store_error_count; ++i) {
    const auto total = sum_of(workers, [&](const store_counters& w) { return w.errors[i].get(); });
    errors.push_back(
        {{{"reason", std::string(name(static_cast<store_error>(i)))}}, static_cast<double>(total)});
  }
  out.counter("weir_store_errors_total", "Takes that got no decision from the store, by reason.",
              std::move(errors));
  const auto add = [&](std::string_view name, std::string_view help, counter store_counters::* which) {
    out.counter(name, help, sum_of(workers, [&](const auto& w) { return (w.*which).get(); }));
  };
  add("weir_store_reconnects_total", "Connections to Redis that were made after the first one.",
      &store_counters::reconnects);
  add("weir_store_unanswered_takes_total",
      "Takes that were sent to Redis and got no reply; they stay charged until they leave the window.",
      &store_counters::unanswered_takes);
  add("weir_store_refunded_takes_total",
      "Takes that Redis admitted after their request had given up waiting; they were refunded.",
      &store_counters::refunded_takes);
  add("weir_store_dropped_settles_total",
      "Settles that could not be delivered; their reservations stay charged until they leave the window.",
      &store_counters::dropped_settles);
  add("weir_store_expired_settles_total",
      "Settles that reached the store after their charge had left the window or the window was made anew.",
      &store_counters::expired_settles);
}

}  // namespace

void add_metrics(metric_set& out, std::span<const store_counters* const> workers) {
  add_flow(out, workers);
  add_faults(out, workers);
}

}  // namespace weir::store
