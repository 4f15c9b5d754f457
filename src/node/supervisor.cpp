#include "node/supervisor.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace weir::node {
namespace {

constexpr std::chrono::milliseconds same_signal{500};

std::string_view name_of(int signal_number) { return signal_number == SIGINT ? "SIGINT" : "SIGTERM"; }

}  // namespace

stop_times make_stop_times(std::chrono::seconds shutdown) {
  const std::chrono::milliseconds whole = shutdown;
  const auto for_settles = std::min<std::chrono::milliseconds>(std::chrono::seconds(1), whole / 4);
  return {whole - for_settles, whole - for_settles / 2, whole - for_settles / 5, whole};
}

supervisor::supervisor(asio::io_context& control, std::span<const std::unique_ptr<worker>> workers,
                       std::atomic<bool>& stopping, std::function<void()> reload, event_log& log,
                       std::chrono::seconds shutdown)
    : control_(control),
      workers_(workers),
      stopping_(stopping),
      reload_(std::move(reload)),
      log_(log),
      times_(make_stop_times(shutdown)),
      stop_signals_(control, SIGTERM, SIGINT),
      reload_signal_(control, SIGHUP),
      fail_waiting_(control),
      close_connections_(control),
      end_(control) {}

int supervisor::run() {
  wait_for_stop_signal();
  wait_for_reload_signal();
  running_ = workers_.size();
  for (const auto& w : workers_) {
    w->start([this] { asio::post(control_, [this] { worker_ended(); }); });
  }
  control_.run();
  for (const auto& w : workers_) w->join();
  log_.write(severity::info, "stopped");
  return EXIT_SUCCESS;
}

void supervisor::wait_for_stop_signal() {
  stop_signals_.async_wait([this](const boost::system::error_code& ec, int number) {
    if (ec) return;
    if (!stopping_.load(std::memory_order_relaxed)) {
      stop(number);
    } else if (clock::now() - stopped_at_ >= same_signal) {
      log_.write(severity::warning, "a second signal ends the process at once",
                 {{"signal", std::string(name_of(number))}});
      std::_Exit(128 + number);
    }
    wait_for_stop_signal();
  });
}

void supervisor::wait_for_reload_signal() {
  reload_signal_.async_wait([this](const boost::system::error_code& ec, int) {
    if (ec) return;
    reload_();
    wait_for_reload_signal();
  });
}

// Readiness fails first. Then the acceptors close, and requests under way may take until fail_waiting.
void supervisor::stop(int signal_number) {
  stopping_.store(true, std::memory_order_relaxed);
  stopped_at_ = clock::now();
  log_.write(severity::info, "stopping", {{"signal", std::string(name_of(signal_number))}});
  for (const auto& w : workers_) w->stop(stopped_at_ + times_.flush);
  call_after(fail_waiting_, times_.fail_waiting, &supervisor::fail_waiting);
  call_after(close_connections_, times_.close_connections, &supervisor::close_connections);
  call_after(end_, times_.end, &supervisor::abort_process);
}

void supervisor::call_after(timer& when, std::chrono::milliseconds after, void (supervisor::*then)()) {
  when.expires_at(stopped_at_ + after);
  when.async_wait([this, then](const boost::system::error_code& ec) {
    if (!ec) (this->*then)();
  });
}

void supervisor::fail_waiting() {
  log_.write(severity::warning, "requests that are still waiting get 503");
  for (const auto& w : workers_) w->fail_waiting();
}

void supervisor::close_connections() {
  for (const auto& w : workers_) w->close_connections();
}

void supervisor::abort_process() {
  log_.write(severity::error, "shutdown deadline exceeded, exiting", {{"workers", std::to_string(running_)}});
  std::_Exit(EXIT_FAILURE);
}

void supervisor::worker_ended() {
  if (--running_ > 0) return;
  stop_signals_.cancel();
  reload_signal_.cancel();
  fail_waiting_.cancel();
  close_connections_.cancel();
  end_.cancel();
}

}  // namespace weir::node
