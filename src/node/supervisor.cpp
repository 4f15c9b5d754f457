#include "node/supervisor.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace weir::node {

namespace {

constexpr std::chrono::milliseconds same_signal{500};

// As `nohup` leaves it: whoever ignores a signal for us wishes us to go on.
bool is_ignored(int signal_number) {
  struct sigaction now{};
  return sigaction(signal_number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

std::string_view name_of(int signal_number) {
  return signal_number == SIGINT ? "SIGINT" : signal_number == SIGHUP ? "SIGHUP" : "SIGTERM";
}

}  // namespace

stop_times plan_stop(std::chrono::seconds shutdown) {
  const std::chrono::milliseconds whole = shutdown;
  const auto for_settles = std::min<std::chrono::milliseconds>(std::chrono::seconds(1), whole / 4);
  return {whole - for_settles, whole - for_settles / 2, whole - for_settles / 5, whole};
}

supervisor::supervisor(asio::io_context& control, std::span<const std::unique_ptr<worker>> workers,
                       probe_desk& desk, event_log& log, std::chrono::seconds shutdown)
    : control_(control),
      workers_(workers),
      desk_(desk),
      log_(log),
      times_(plan_stop(shutdown)),
      signals_(control, SIGTERM, SIGINT),
      give_up_(control),
      cut_(control),
      end_(control) {
  if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);
}

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
    if (!stopping_) {
      stop(number);
    } else if (clock::now() - stopped_at_ >= same_signal) {
      log_.write(severity::warning, "stopped at once by a second signal",
                 {{"signal", std::string(name_of(number))}});
      std::_Exit(128 + number);
    }
    wait_for_signal();
  });
}

// Readiness fails first; then doors close, and what is under way has until the upstream is given up.
void supervisor::stop(int signal_number) {
  stopping_ = true;
  stopped_at_ = clock::now();
  desk_.stopping();
  log_.write(severity::info, "stopping", {{"signal", std::string(name_of(signal_number))}});
  for (const auto& w : workers_) w->stop(stopped_at_ + times_.flush);
  watch(give_up_, times_.give_up, &supervisor::give_up_waiting);
  watch(cut_, times_.cut, &supervisor::cut);
  watch(end_, times_.end, &supervisor::leave_behind);
}

void supervisor::watch(timer& when, std::chrono::milliseconds after, void (supervisor::*then)()) {
  when.expires_at(stopped_at_ + after);
  when.async_wait([this, then](const boost::system::error_code& ec) {
    if (!ec) (this->*then)();
  });
}

void supervisor::give_up_waiting() {
  log_.write(severity::warning, "requests still under way are ended");
  for (const auto& w : workers_) w->end_waiting();
}

void supervisor::cut() {
  for (const auto& w : workers_) w->cancel();
}

void supervisor::leave_behind() {
  log_.write(severity::error, "not everything ended in time", {{"workers", std::to_string(running_)}});
  std::_Exit(EXIT_FAILURE);
}

void supervisor::worker_ended() {
  if (--running_ > 0) return;
  signals_.cancel();
  give_up_.cancel();
  cut_.cancel();
  end_.cancel();
}

}  // namespace weir::node
