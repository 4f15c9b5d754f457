// A worker: a thread with its own event loop, listener, store, limiter and API.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "admin/metrics_handler.hpp"
#include "admission/limiter.hpp"
#include "api/api.hpp"
#include "http/listener.hpp"
#include "node/front.hpp"
#include "node/node_counters.hpp"
#include "node/store_factory.hpp"
#include "tokens/encodings.hpp"
#include "upstream/mock.hpp"

namespace weir::node {

// The objects that all workers share, and their options. All objects must outlive the workers.
struct worker_parts {
  const tokens::encodings& encodings;
  api::parse_thread& parse_thread;
  const api::health_handler& health;
  admin::metrics_handler& metrics;
  event_log& log;
  const store_factory& stores;
  api::chat_options chat;
  upstream::mock_options mock;
  http::server_options server;
};

class worker {
 public:
  // `acceptor` listens on `loop`, which must outlive the worker and is run by the worker's thread alone.
  // `id_seed` must be random.
  worker(asio::io_context& loop, http::tcp_acceptor acceptor, const worker_parts& parts,
         const policy::policy_snapshot& policy, std::uint64_t id_seed, worker_counters& counters);
  ~worker();

  // Runs the thread; it calls `ended` as its last action.
  void start(std::function<void()> ended);
  // Requests that begin after this use `policy`. Thread-safe.
  void set_policy(const policy::policy_snapshot& policy);
  // Stops accepting, finishes the requests under way, delivers their settles until `flush_until`, and ends.
  // Thread-safe.
  void stop(steady_time flush_until);
  // Cancels upstream calls and large requests that are queued or counted; they get 503 node_stopping.
  // Thread-safe.
  void fail_waiting();
  // Closes the connections that are still open after that. Thread-safe.
  void close_connections();
  void join();

 private:
  awaitable<void> run();

  asio::io_context& loop_;
  std::unique_ptr<store_instance> store_;
  admission::limiter limiter_;
  tokens::token_caches caches_;
  upstream::mock upstream_;
  api::api api_;
  front front_;
  http::listener listener_;
  steady_time flush_until_;
  std::thread thread_;
};

}  // namespace weir::node
