// Runs the workers until a signal, and brings them to an end in order and in time.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <memory>
#include <span>

#include "base/event_log.hpp"
#include "node/probe_desk.hpp"
#include "node/worker.hpp"

namespace weir::node {

// How long each part of a stop may take.
//
//   SIGTERM ── answers what is under way ── give up ── tells who still waits ── cut ── settles ── flush ──
//   end
struct stop_times {
  std::chrono::milliseconds
      give_up;                      // the upstream is not waited for any longer: who waits for it gets a 503
  std::chrono::milliseconds cut;    // what is still under way is ended
  std::chrono::milliseconds flush;  // settles not delivered are given up
  std::chrono::milliseconds end;    // the process ends, whatever is left
};
stop_times plan_stop(std::chrono::seconds shutdown);

// Lives on the control thread; its loop is the control loop.
class supervisor {
 public:
  supervisor(asio::io_context& control, std::span<const std::unique_ptr<worker>> workers, probe_desk& desk,
             event_log& log, std::chrono::seconds shutdown);

  // Starts the workers; returns 0 once all have ended after a SIGTERM, SIGINT or SIGHUP. Another signal ends
  // the process at once with 128 + its number, unless it comes within half a second (`timeout` signals the
  // child and then its group); what has not ended in time is left behind with exit code 1.
  int run();

 private:
  using clock = std::chrono::steady_clock;
  using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;

  void wait_for_signal();
  void stop(int signal_number);
  void watch(timer& when, std::chrono::milliseconds after, void (supervisor::*then)());
  void give_up_waiting();
  void cut();
  void leave_behind();
  void worker_ended();

  asio::io_context& control_;
  std::span<const std::unique_ptr<worker>> workers_;
  probe_desk& desk_;
  event_log& log_;
  stop_times times_;
  asio::signal_set signals_;
  timer give_up_;
  timer cut_;
  timer end_;
  bool stopping_ = false;
  clock::time_point stopped_at_{};
  std::size_t running_ = 0;
};

}  // namespace weir::node
