#include "node/serve.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>
#include <utility>

#include "http/bind.hpp"
#include "node/announce.hpp"
#include "node/check.hpp"
#include "node/supervisor.hpp"
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

key_ring make_ring(const config::settings& settings, const std::vector<config::key_entry>& keys) {
  std::vector<known_key> known;
  for (const auto& k : keys) known.push_back({k.key, k.limits});
  return {known, settings.key_id_secret, settings.window_seconds, {random_u64(), random_u64()}};
}

node_facts make_facts(const config::settings& settings, std::uint16_t port, const store_plan& store,
                      unsigned workers, std::size_t keys) {
  using seconds = std::chrono::duration<double>;
  const bool ipv6 = settings.host.find(':') != std::string::npos;
  const std::string where = (ipv6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(port);
  return {.node_id = settings.node_id.empty() ? host_name() + ":" + std::to_string(port) : settings.node_id,
          .url = "http://" + where,
          .store_kind = store.kind,
          .window_seconds = settings.window_seconds,
          .workers = workers,
          .keys = keys,
          .started_seconds = seconds(std::chrono::system_clock::now().time_since_epoch()).count()};
}

gate_options gate_options_of(const config::settings& settings, const node_facts& facts) {
  gate_options o;
  o.window_seconds = settings.window_seconds;
  o.default_output_tokens = settings.default_output_tokens;
  o.max_body_bytes = settings.max_body_bytes;
  o.store_deadline = std::chrono::milliseconds(settings.store_deadline_ms);
  o.node_id = facts.node_id;
  return o;
}

// The budget of bodies holds at least one of the largest.
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

int refuse_to_start(event_log& log, const error& why) {
  log.write(severity::error, why.message);
  return EXIT_FAILURE;
}

}  // namespace

int serve(const config::settings& settings, const std::vector<config::key_entry>& keys, event_log& log) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our log that went away must not end us
  const auto store = plan_store(settings, log);
  if (!store) return refuse_to_start(log, store.error());

  const loops worker_loops = make_loops(settings.workers);
  const auto count = static_cast<unsigned>(worker_loops.size());
  std::vector<asio::io_context*> pointers;
  for (const auto& l : worker_loops) pointers.push_back(l.get());
  auto doors = http::listen_on(settings.host, settings.port, pointers);
  if (!doors) return refuse_to_start(log, doors.error());

  const key_ring ring = make_ring(settings, keys);
  const node_facts facts =
      make_facts(settings, doors->front().local_endpoint().port(), *store, count, ring.size());
  const tokens::encodings encodings(settings.default_encoding);
  node_cells cells(count);
  asio::io_context control(1);
  probe_desk desk(control, cells, facts);

  const mock_options mock{.completion_tokens = settings.mock_completion_tokens,
                          .delay = std::chrono::milliseconds(settings.mock_delay_ms)};
  reading_room reading;  // goes after all that read in it
  const worker_plan plan{ring,
                         encodings,
                         reading,
                         desk,
                         log,
                         *store,
                         gate_options_of(settings, facts),
                         mock,
                         server_options_of(settings)};
  std::vector<std::unique_ptr<worker>> workers;
  for (unsigned i = 0; i < count; ++i) {
    workers.push_back(std::make_unique<worker>(*worker_loops[i], std::move((*doors)[i]), plan, random_u64(),
                                               *cells.workers[i]));
  }
  supervisor runs(control, workers, desk, log, std::chrono::seconds(settings.shutdown_seconds));
  announce(facts, log);
  caution(settings, keys, log);
  return runs.run();
}

}  // namespace weir::node
