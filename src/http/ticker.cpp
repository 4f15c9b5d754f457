#include "http/ticker.hpp"

#include <utility>

namespace weir::http {

ticker::ticker(asio::io_context& loop, std::chrono::milliseconds period)
    : timer_(loop), period_(period), now_(std::chrono::steady_clock::now()) {}

ticker::~ticker() { stop(); }

void ticker::start() {
  alive_ = std::make_shared<bool>(true);
  now_ = std::chrono::steady_clock::now();
  wait();
}

void ticker::stop() {
  alive_.reset();
  timer_.cancel();
}

void ticker::wait() {
  timer_.expires_after(period_);
  auto next = [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& ec) {
    if (ec || alive.expired()) return;
    tick(std::chrono::steady_clock::now());
    if (!alive.expired()) wait();
  };
  timer_.async_wait(std::move(next));
}

void ticker::tick(steady_time now) {
  now_ = now;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    timed& one = *it++;
    if (one.deadline_ > now) continue;
    one.disarm();
    one.expired();
  }
}

}  // namespace weir::http
