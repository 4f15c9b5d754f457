#include "node/node_metrics.hpp"

#include <string>

#include "node/process_stats.hpp"
#include "node/version.hpp"

namespace weir::node {

void add_module_metrics(metric_set& out, const node_counters& counters) {
  admission::add_metrics(out, counters.each(&worker_counters::admission));
  api::add_metrics(out, counters.each(&worker_counters::api));
  store::add_metrics(out, counters.each(&worker_counters::store));
  http::add_metrics(out, counters.each(&worker_counters::http));
}

void add_node_metrics(metric_set& out, const node_info& info, std::size_t keys) {
  out.gauge(
      "weir_build_info", "Always 1; the labels name the version, the node and the kind of its store.",
      {{{{"version", std::string(version())}, {"node_id", info.node_id}, {"store", info.store_kind}}, 1}});
  out.gauge("weir_window_seconds", "Length of the window in which limits hold.", info.window_seconds);
  out.gauge("weir_workers", "Worker threads, each with an event loop of its own.", info.workers);
  out.gauge("weir_keys", "API keys of the present policy.", static_cast<double>(keys));
  const process_stats p = read_process_stats();
  out.counter("process_cpu_seconds_total", "Processor time used by the process.", {{{}, p.cpu_seconds}});
  out.gauge("process_resident_memory_bytes", "Memory in use by the process.",
            static_cast<double>(p.resident_bytes));
  out.gauge("process_virtual_memory_bytes", "Address space in use by the process.",
            static_cast<double>(p.virtual_bytes));
  out.gauge("process_open_fds", "Open file descriptors of the process.", static_cast<double>(p.open_files));
  out.gauge("process_max_fds", "Most file descriptors that the process may open.",
            static_cast<double>(p.max_files));
  out.gauge("process_start_time_seconds", "Start of the process in seconds since 1970.",
            info.start_unix_seconds);
}

}  // namespace weir::node
