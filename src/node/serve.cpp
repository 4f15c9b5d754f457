#include "node/serve.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "admin/metrics_handler.hpp"
#include "http/listen.hpp"
#include "node/node_metrics.hpp"
#include "node/policy_reloader.hpp"
#include "node/startup_log.hpp"
#include "node/supervisor.hpp"
#include "node/version.hpp"
#include "tokens/encodings.hpp"

namespace weir::node {
namespace {

using loops = std::vector<std::unique_ptr<asio::io_context>>;

std::uint64_t random_u64() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

loops make_loops(unsigned wanted) {
  const unsigned count = wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
  loops all;
  for (unsigned i = 0; i < count; ++i) all.push_back(std::make_unique<asio::io_context>(1));
  return all;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "localhost";
}

node_info make_info(const config::settings& settings, std::uint16_t port, const store_factory& stores,
                    std::size_t workers) {
  using seconds = std::chrono::duration<double>;
  const bool ipv6 = settings.host.find(':') != std::string::npos;
  const std::string where = (ipv6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(port);
  return {.node_id = settings.node_id.empty() ? host_name() + ":" + std::to_string(port) : settings.node_id,
          .url = "http://" + where,
          .store_kind = stores.kind,
          .window_seconds = settings.window_seconds,
          .workers = static_cast<unsigned>(workers),
          .start_unix_seconds = seconds(std::chrono::system_clock::now().time_since_epoch()).count()};
}

api::chat_options chat_options_of(const config::settings& settings, const node_info& info) {
  api::chat_options o;
  o.default_output_tokens = settings.default_output_tokens;
  o.max_body_bytes = settings.max_body_bytes;
  o.store_deadline = std::chrono::milliseconds(settings.store_deadline_ms);
  o.node_id = info.node_id;
  o.limiter_bypassed = settings.bypass_limiter;
  return o;
}

// The budget for request bodies holds at least two of the largest.
http::server_options server_options_of(const config::settings& settings) {
  using std::chrono::milliseconds;
  http::server_options o;
  o.max_connections = settings.max_connections;
  o.body_budget_bytes = std::max(o.body_budget_bytes, 2 * settings.max_body_bytes);
  o.header_timeout = milliseconds(settings.header_timeout_ms);
  o.body_timeout = milliseconds(settings.body_timeout_ms);
  o.idle_timeout = milliseconds(settings.idle_timeout_ms);
  o.write_timeout = milliseconds(settings.write_timeout_ms);
  return o;
}

int cannot_start(event_log& log, const error& why) {
  log.write(severity::error, why.message);
  return EXIT_FAILURE;
}

// A node that listens, wired and ready to run. Members are destroyed in reverse order: workers before what
// they use.
class node {
 public:
  node(const config::settings& settings, const policy::policy_source& source,
       const policy::policy_snapshot& first, const store_factory& stores, const loops& worker_loops,
       std::vector<http::tcp_acceptor> acceptors, event_log& log)
      : settings_(settings),
        log_(log),
        info_(make_info(settings, acceptors.front().local_endpoint().port(), stores, worker_loops.size())),
        encodings_(settings.default_encoding),
        counters_(static_cast<unsigned>(worker_loops.size())),
        reloader_(
            control_, source, first, [this](const auto& policy) { publish(policy); }, log),
        metrics_(control_, [this](metric_set& out) { collect(out); }),
        health_({info_.node_id, info_.store_kind, std::string(version()), info_.window_seconds},
                counters_.store_healths(), stopping_) {
    const upstream::mock_options mock{.completion_tokens = settings.mock_completion_tokens,
                                      .delay = std::chrono::milliseconds(settings.mock_delay_ms)};
    const worker_parts parts{encodings_,
                             parse_thread_,
                             health_,
                             metrics_,
                             log,
                             stores,
                             chat_options_of(settings, info_),
                             mock,
                             server_options_of(settings)};
    for (std::size_t i = 0; i < worker_loops.size(); ++i) {
      workers_.push_back(std::make_unique<worker>(*worker_loops[i], std::move(acceptors[i]), parts, first,
                                                  random_u64(), *counters_.workers[i]));
    }
  }

  int run() {
    supervisor supervisor(
        control_, workers_, stopping_, [this] { reloader_.reload(); }, log_,
        std::chrono::seconds(settings_.shutdown_seconds));
    log_startup(info_, reloader_.present()->key_count(), log_);
    log_setting_warnings(settings_, log_);
    log_policy_warnings(*reloader_.present(), settings_, log_);
    return supervisor.run();
  }

 private:
  void publish(const policy::policy_snapshot& policy) {
    log_policy_warnings(*policy, settings_, log_);
    for (const auto& w : workers_) w->set_policy(policy);
  }
  void collect(metric_set& out) const {
    add_module_metrics(out, counters_);
    reloader_.add_metrics(out);
    add_node_metrics(out, info_, reloader_.present()->key_count());
  }

  const config::settings& settings_;
  event_log& log_;
  const node_info info_;
  const tokens::encodings encodings_;
  node_counters counters_;
  std::atomic<bool> stopping_{false};
  asio::io_context control_{1};
  policy_reloader reloader_;
  admin::metrics_handler metrics_;
  api::health_handler health_;
  api::parse_thread parse_thread_;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace

int serve(const config::settings& settings, const policy::policy_source& source,
          const policy::policy_snapshot& first, event_log& log) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed log pipe must not end the process
  const auto stores = make_store_factory(settings, log);
  if (!stores) return cannot_start(log, stores.error());
  const loops worker_loops = make_loops(settings.workers);
  std::vector<asio::io_context*> pointers;
  for (const auto& l : worker_loops) pointers.push_back(l.get());
  auto acceptors = http::listen_on(settings.host, settings.port, pointers);
  if (!acceptors) return cannot_start(log, acceptors.error());
  return node(settings, source, first, *stores, worker_loops, std::move(*acceptors), log).run();
}

}  // namespace weir::node
