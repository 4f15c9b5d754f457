#include "node/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>

#include "node/families.hpp"
#include "node/health.hpp"
#include "node/process_stats.hpp"
#include "node/version.hpp"

namespace weir::node {
namespace {

template <class F>
double sum(const node_cells& cells, F&& get) {
  return static_cast<double>(cells.sum(std::forward<F>(get)));
}

template <class F>
auto every(const node_cells& cells, F&& get) {
  std::vector<decltype(get(*cells.workers.front()))> all;
  for (const auto& w : cells.workers) all.push_back(get(*w));
  return all;
}

std::string_view name(http::refusal why) {
  using enum http::refusal;
  switch (why) {
    case malformed: return "malformed";
    case smuggled: return "smuggled";
    case headers_too_large: return "headers_too_large";
    case body_too_large: return "body_too_large";
    case timeout: return "timeout";
    case over_budget: return "over_budget";
    case too_many_connections: return "too_many_connections";
    case unsupported_version: return "unsupported_version";
    case expectation: return "expectation";
    case disconnected: return "disconnected";
  }
  return "unknown";
}

void add_decisions(families& out, const node_cells& cells) {
  const auto gate_sum = [&](auto get) {
    return sum(cells, [&](const worker_cells& w) { return get(w.gate).get(); });
  };
  std::vector<sample> decisions{{{{"verdict", "admitted"}, {"metric", "none"}},
                                 gate_sum([](const gate_cells& g) -> auto& { return g.admitted; })}};
  for (const metric m : all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    const std::string metric_name(weir::name(m));
    decisions.push_back({{{"verdict", "rejected"}, {"metric", metric_name}},
                         gate_sum([&](const gate_cells& g) -> auto& { return g.rejected[i]; })});
    decisions.push_back({{{"verdict", "never_fits"}, {"metric", metric_name}},
                         gate_sum([&](const gate_cells& g) -> auto& { return g.never_fits[i]; })});
  }
  out.counter("weir_decisions_total", "Verdicts on chat requests; metric: which limit refused.",
              std::move(decisions));
  out.counter("weir_undecided_total", "Chat requests that came to no verdict.",
              {{{{"reason", "unauthenticated"}},
                gate_sum([](const gate_cells& g) -> auto& { return g.unauthenticated; })},
               {{{"reason", "invalid"}}, gate_sum([](const gate_cells& g) -> auto& { return g.invalid; })},
               {{{"reason", "unread"}}, gate_sum([](const gate_cells& g) -> auto& { return g.unread; })},
               {{{"reason", "outage"}}, gate_sum([](const gate_cells& g) -> auto& { return g.outages; })}});
  out.counter("weir_tokens_total",
              "Tokens of admitted requests; output tokens are reserved before they are produced.",
              {{{{"metric", "input_tokens"}, {"stage", "admitted"}},
                gate_sum([](const gate_cells& g) -> auto& { return g.input_tokens; })},
               {{{"metric", "output_tokens"}, {"stage", "reserved"}},
                gate_sum([](const gate_cells& g) -> auto& { return g.reserved_output_tokens; })},
               {{{"metric", "output_tokens"}, {"stage", "produced"}},
                gate_sum([](const gate_cells& g) -> auto& { return g.output_tokens; })}});
  out.counter("weir_apart_reads_total", "Bodies so large that they were read on the reading thread.",
              cells.sum([](const worker_cells& w) { return w.gate.apart_reads.get(); }));
  out.counter("weir_sliced_counts_total", "Requests whose input was so large that it was counted in slices.",
              cells.sum([](const worker_cells& w) { return w.gate.sliced_counts.get(); }));
  out.counter("weir_spared_counts_total",
              "Large requests refused uncounted, since their key was known to be refused.",
              cells.sum([](const worker_cells& w) { return w.gate.spared_counts.get(); }));
  out.counter("weir_upstream_failures_total", "Admitted requests without a completion.",
              cells.sum([](const worker_cells& w) { return w.gate.upstream_failures.get(); }));
}

void add_store_flow(families& out, const node_cells& cells) {
  out.histogram("weir_store_take_duration_seconds", "From a take to its verdict or outage.",
                every(cells, [](const worker_cells& w) { return &w.store.take_latency_us; }), 1e6);
  out.histogram("weir_store_batch_size", "Operations of one call to Redis.",
                every(cells, [](const worker_cells& w) { return &w.store.batch_size; }), 1);
  out.gauge("weir_store_queued_takes", "Takes that wait for a batch.",
            sum(cells, [](const worker_cells& w) { return w.store.queued.get(); }));
  out.gauge("weir_store_queued_settles", "Settles that wait for a batch.",
            sum(cells, [](const worker_cells& w) { return w.store.queued_settles.get(); }));
  out.gauge("weir_store_connections", "Connections to Redis.",
            sum(cells, [](const worker_cells& w) { return w.store.connections.get(); }));
  out.gauge("weir_store_up", "1 while every worker reaches the store.",
            read_health(cells, false).store == store_state::up ? 1.0 : 0.0);
}

void add_store_faults(families& out, const node_cells& cells) {
  std::vector<sample> outages;
  for (std::size_t i = 0; i < std::tuple_size_v<decltype(store_cells::outages)>; ++i) {
    outages.push_back({{{"reason", std::string(weir::name(static_cast<outage>(i)))}},
                       sum(cells, [&](const worker_cells& w) { return w.store.outages[i].get(); })});
  }
  out.counter("weir_store_outages_total", "Takes that got no verdict.", std::move(outages));
  const auto counter = [&](std::string name, std::string help, cell store_cells::* which) {
    out.counter(std::move(name), std::move(help),
                cells.sum([&](const worker_cells& w) { return (w.store.*which).get(); }));
  };
  counter("weir_store_reconnects_total", "Connections to Redis made after the first.",
          &store_cells::reconnects);
  counter("weir_store_unanswered_charges_total",
          "Takes sent whose reply never came: charged until they run out.", &store_cells::unanswered_charges);
  counter("weir_store_returned_charges_total",
          "Takes answered after their caller had left: given back whole.", &store_cells::returned_charges);
  counter("weir_store_lost_settles_total",
          "Settles that could not be delivered: reserved until they run out.", &store_cells::lost_settles);
  counter("weir_store_late_settles_total", "Settles that came after their window had moved on.",
          &store_cells::late_settles);
}

void add_http(families& out, const node_cells& cells) {
  std::vector<sample> answers, refused;
  for (std::size_t i = 0; i < std::tuple_size_v<decltype(http::http_cells::answers)>; ++i) {
    const double n = sum(cells, [&](const worker_cells& w) { return w.http.answers[i].get(); });
    if (n > 0) answers.push_back({{{"status", std::to_string(100 + i)}}, n});
  }
  for (std::size_t i = 0; i < http::refusal_count; ++i) {
    refused.push_back({{{"reason", std::string(name(static_cast<http::refusal>(i)))}},
                       sum(cells, [&](const worker_cells& w) { return w.http.refused[i].get(); })});
  }
  const auto counter = [&](std::string family, std::string help, cell http::http_cells::* which) {
    out.counter(std::move(family), std::move(help),
                cells.sum([&](const worker_cells& w) { return (w.http.*which).get(); }));
  };
  counter("weir_http_requests_total", "Requests whose head was read.", &http::http_cells::requests);
  counter("weir_http_handler_failures_total", "Requests that failed within the node: answered 500.",
          &http::http_cells::handler_failures);
  out.counter("weir_http_answers_total", "Answers by status.", std::move(answers));
  out.counter("weir_http_refused_total", "What could not be read as a request, or whose body could not.",
              std::move(refused));
  out.histogram("weir_http_request_duration_seconds", "From a request's head to its answer written.",
                every(cells, [](const worker_cells& w) { return &w.http.request_duration_us; }), 1e6);
  out.gauge("weir_http_connections", "Open connections.",
            sum(cells, [](const worker_cells& w) { return w.http.connections.get(); }));
  out.gauge("weir_http_held_body_bytes", "Request bodies held in memory.",
            sum(cells, [](const worker_cells& w) { return w.http.body_bytes_held.get(); }));
  counter("weir_http_accepted_connections_total", "Connections accepted.", &http::http_cells::accepted);
  counter("weir_http_accept_errors_total", "Connections that could not be accepted.",
          &http::http_cells::accept_errors);
  counter("weir_http_received_bytes_total", "Bytes read.", &http::http_cells::bytes_in);
  counter("weir_http_sent_bytes_total", "Bytes written.", &http::http_cells::bytes_out);
}

void add_node(families& out, const node_facts& facts) {
  out.gauge(
      "weir_build_info", "1; the labels tell which build and node this is.",
      {{{{"version", std::string(version())}, {"node_id", facts.node_id}, {"store", facts.store_kind}}, 1}});
  out.gauge("weir_window_seconds", "The length of a window.", facts.window_seconds);
  out.gauge("weir_workers", "Event loops.", facts.workers);
  out.gauge("weir_keys", "Keys this node knows.", static_cast<double>(facts.keys));
  const process_stats p = read_process_stats();
  out.counter("process_cpu_seconds_total", "Processor time used.", {{{}, p.cpu_seconds}});
  out.gauge("process_resident_memory_bytes", "Memory in use.", static_cast<double>(p.resident_bytes));
  out.gauge("process_virtual_memory_bytes", "Address space in use.", static_cast<double>(p.virtual_bytes));
  out.gauge("process_open_fds", "Open file descriptors.", static_cast<double>(p.open_files));
  out.gauge("process_max_fds", "File descriptors that may be open.", static_cast<double>(p.max_files));
  out.gauge("process_start_time_seconds", "When the process started, in unix time.", facts.started_seconds);
}

}  // namespace

std::vector<prometheus::MetricFamily> metrics::Collect() const {
  families out;
  add_decisions(out, cells_);
  add_store_flow(out, cells_);
  add_store_faults(out, cells_);
  add_http(out, cells_);
  add_node(out, facts_);
  return std::move(out).take();
}

std::string metrics::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, Collect());
  return std::move(out).str();
}

}  // namespace weir::node
