// Runs the workers until a signal ends the node, and reloads the policy at SIGHUP.
#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>

#include "base/event_log.hpp"
#include "node/worker.hpp"

namespace weir::node {

// When each step of a stop begins, counted from SIGTERM.
//
//   SIGTERM: close the acceptors, finish the requests under way
//     fail_waiting       requests that wait for the upstream or for a count get 503
//     close_connections  requests that are still under way are ended
//     flush              settles that are not delivered are given up
//     end                the process ends, whatever is left
struct stop_times {
  std::chrono::milliseconds fail_waiting;
  std::chrono::milliseconds close_connections;
  std::chrono::milliseconds flush;
  std::chrono::milliseconds end;
};
stop_times make_stop_times(std::chrono::seconds shutdown);

// Lives on the control thread; `control` is its loop.
class supervisor {
 public:
  // `stopping` is set when a stop begins. `reload` is called at each SIGHUP, on the control loop. Everything
  // must outlive the supervisor.
  supervisor(asio::io_context& control, std::span<const std::unique_ptr<worker>> workers,
             std::atomic<bool>& stopping, std::function<void()> reload, event_log& log,
             std::chrono::seconds shutdown);

  // Starts the workers. Returns 0 once all have ended after SIGTERM or SIGINT. A second signal ends the
  // process at once with 128 + its number; within half a second it counts as the first one (`timeout` signals
  // the child and then its group). Where something has not ended in time, the process exits with 1.
  int run();

 private:
  using clock = std::chrono::steady_clock;
  using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;

  void wait_for_stop_signal();
  void wait_for_reload_signal();
  void stop(int signal_number);
  void call_after(timer& when, std::chrono::milliseconds after, void (supervisor::*then)());
  void fail_waiting();
  void close_connections();
  void abort_process();
  void worker_ended();

  asio::io_context& control_;
  std::span<const std::unique_ptr<worker>> workers_;
  std::atomic<bool>& stopping_;
  std::function<void()> reload_;
  event_log& log_;
  stop_times times_;
  asio::signal_set stop_signals_, reload_signal_;
  timer fail_waiting_, close_connections_, end_;
  clock::time_point stopped_at_{};
  std::size_t running_ = 0;
};

}  // namespace weir::node
