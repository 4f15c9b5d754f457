// A condition of one thread: a coroutine waits until somebody fires, or until a deadline.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/awaitable.hpp"
#include "base/time.hpp"

namespace weir::redis {

// Not thread-safe. fire() wakes who waits now and is forgotten otherwise: check the condition before each
// wait.
class pulse {
 public:
  explicit pulse(asio::io_context& io) : timer_(io.get_executor()) {}

  awaitable<void> wait(steady_time until = steady_time::max()) {
    boost::system::error_code ignored;
    timer_.expires_at(until);
    co_await timer_.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
  void fire() { timer_.cancel(); }

 private:
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             executor>
      timer_;
};

}  // namespace weir::redis
