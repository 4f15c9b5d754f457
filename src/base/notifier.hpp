// A condition variable for coroutines of one thread.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/awaitable.hpp"
#include "base/time.hpp"

namespace weir {

// Not thread-safe. notify_all() wakes the coroutines that wait at that moment; a later wait() does not see
// it. Check the condition before each wait.
class notifier {
 public:
  explicit notifier(asio::io_context& io) : timer_(io.get_executor()) {}

  // Returns after the next notify_all(), or at `until`.
  awaitable<void> wait(steady_time until = steady_time::max()) {
    boost::system::error_code ignored;
    timer_.expires_at(until);
    co_await timer_.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
  void notify_all() { timer_.cancel(); }

 private:
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             executor>
      timer_;
};

}  // namespace weir
