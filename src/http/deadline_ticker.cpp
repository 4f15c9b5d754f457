#include "http/deadline_ticker.hpp"

#include <utility>

namespace weir::http {

deadline_ticker::deadline_ticker(asio::io_context& loop, std::chrono::milliseconds period)
    : timer_(loop), period_(period), now_(std::chrono::steady_clock::now()) {}

deadline_ticker::~deadline_ticker() { stop(); }

void deadline_ticker::start() {
  alive_ = std::make_shared<bool>(true);
  now_ = std::chrono::steady_clock::now();
  wait();
}

void deadline_ticker::stop() {
  alive_.reset();
  timer_.cancel();
}

void deadline_ticker::wait() {
  timer_.expires_after(period_);
  auto next = [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& ec) {
    if (ec || alive.expired()) return;
    tick(std::chrono::steady_clock::now());
    if (!alive.expired()) wait();
  };
  timer_.async_wait(std::move(next));
}

void deadline_ticker::tick(steady_time now) {
  now_ = now;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    has_deadline& one = *it++;
    if (one.deadline_ > now) continue;
    one.clear_deadline();
    one.on_deadline();
  }
}

}  // namespace weir::http
