#include "node/supervisor.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>

namespace weir::node {

stop_times plan_stop(std::chrono::seconds shutdown) {
  const std::chrono::milliseconds whole = shutdown;
  const auto for_settles = std::min<std::chrono::milliseconds>(std::chrono::seconds(1), whole / 4);
  return {whole - for_settles, whole - for_settles / 5, whole};
}

supervisor::supervisor(asio::io_context& control, std::span<const std::unique_ptr<worker>> workers, probe_desk& desk,
                       event_log& log, std::chrono::seconds shutdown)
    : control_(control),
      workers_(workers),
      desk_(desk),
      log_(log),
      times_(plan_stop(shutdown)),
      signals_(control, SIGTERM, SIGINT),
      cut_(control),
      end_(control) {}

int supervisor::run() {
  wait_for_signal();
  running_ = workers_.size();
  for (const auto& w : workers_) {
    w->start([this] { asio::post(control_, [this] { worker_ended(); }); });
  }
  control_.run();
  for (const auto& w : workers_) w->join();
  log_.write(severity::info, "stopped");
  return EXIT_SUCCESS;
}

void supervisor::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& ec, int number) {
    if (ec) return;
    if (stopping_) {
      log_.write(severity::warning, "stopped at once by a second signal", {{"signal", std::to_string(number)}});
      std::_Exit(128 + number);
    }
    stop(number);
    wait_for_signal();
  });
}

// Readiness fails first; then doors close, and what is under way has until the cut.
void supervisor::stop(int signal_number) {
  stopping_ = true;
  desk_.stopping();
  log_.write(severity::info, "stopping", {{"signal", signal_number == SIGINT ? "SIGINT" : "SIGTERM"}});
  const auto now = clock::now();
  for (const auto& w : workers_) w->stop(now + times_.flush);
  cut_.expires_at(now + times_.cut);
  cut_.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    log_.write(severity::warning, "requests still under way are ended");
    for (const auto& w : workers_) w->cancel();
  });
  end_.expires_at(now + times_.end);
  end_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) give_up();
  });
}

void supervisor::give_up() {
  log_.write(severity::error, "not everything ended in time", {{"workers", std::to_string(running_)}});
  std::_Exit(EXIT_FAILURE);
}

void supervisor::worker_ended() {
  if (--running_ > 0) return;
  signals_.cancel();
  cut_.cancel();
  end_.cancel();
}

}  // namespace weir::node
