// A mutex for coroutines of one event loop, granted in the order of arrival.
#pragma once

#include <boost/asio/async_result.hpp>
#include <deque>

#include "base/awaitable.hpp"

namespace weir {

// Used on the thread of one event loop. It must outlive its waiters and the loop's last iteration. Each
// connection has at most one waiter, so the connection limit bounds the queue.
class fair_mutex {
 public:
  // Unlocks at the end of its block. The next waiter is resumed one iteration of the loop later, so that
  // whatever is ready by then runs between two holders of the lock.
  class guard {
   public:
    // `mutex` is locked by the caller.
    guard(fair_mutex& mutex, const executor& loop) : mutex_(mutex), loop_(loop) {}
    ~guard() { mutex_.unlock(loop_); }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;

   private:
    fair_mutex& mutex_;
    executor loop_;
  };

  // True: the caller holds the lock and makes a guard of it. False: the mutex is closed.
  awaitable<bool> lock();
  // Fails all current and future waiters. It does not revoke a lock that is held.
  void close();

 private:
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void(bool)>::handler_type;

  void unlock(const executor& loop);
  void pass_on();

  std::deque<waiter> waiting_;
  bool locked_ = false;
  bool closed_ = false;
};

}  // namespace weir
