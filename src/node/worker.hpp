// A worker: a thread with its own event loop, listener, store and gate.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "gate/gate.hpp"
#include "http/listener.hpp"
#include "node/node_cells.hpp"
#include "node/worker_store.hpp"
#include "upstream/mock.hpp"

namespace weir::node {

// What all workers share, and what they are told. Everything named outlives them.
struct worker_plan {
  const key_ring& keys;
  const tokens::encodings& encodings;
  reading_room& reading;
  weir::probes& probes;
  event_log& log;
  store_plan store;
  gate_options gate;
  mock_options mock;
  http::server_options server;
};

class worker {
 public:
  // `acceptor` listens on `loop`, which outlives the worker and is run by its thread alone.
  worker(asio::io_context& loop, http::tcp_acceptor acceptor, worker_plan plan, std::uint64_t id_seed,
         worker_cells& cells);
  ~worker();

  // Runs the thread; `ended` is called on it, last.
  void start(std::function<void()> ended);
  // Accepts no more, answers what is under way, delivers its settles until `flush_until`, and ends. From any
  // thread.
  void stop(steady_time flush_until);
  // Waits no longer for the upstream, nor for large requests to be counted: who does is told that this node
  // stops. From any thread.
  void end_waiting();
  // Ends what is still under way after that. From any thread.
  void cancel();
  void join();

 private:
  awaitable<void> live();

  asio::io_context& loop_;
  std::unique_ptr<worker_store> store_;
  tokens::memory memory_;
  mock_upstream upstream_;
  gate gate_;
  http::listener listener_;
  steady_time flush_until_;
  std::thread thread_;
};

}  // namespace weir::node
