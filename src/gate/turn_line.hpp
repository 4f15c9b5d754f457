// A line before what one coroutine at a time may do: the others wait in order of their arrival.
#pragma once

#include <boost/asio/async_result.hpp>

#include <deque>

#include "base/awaitable.hpp"

namespace weir {

// Used on one event loop's thread; outlives who waits in it, and the loop's last round. At most one of each
// connection waits: their limit bounds it.
class turn_line {
 public:
  // A turn that enter() gave, until the end of the block. The next has it when the loop has gone round once:
  // whatever is ready then is served between any two turns.
  class turn {
   public:
    turn(turn_line& line, const executor& loop) : line_(line), loop_(loop) {}
    ~turn() { line_.leave(loop_); }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

   private:
    turn_line& line_;
    executor loop_;
  };

  // True: the caller has the turn, and makes a `turn` of it. False: the line is closed.
  awaitable<bool> enter();
  // Who waits, and whoever comes, gets no turn. A turn that somebody has is not ended.
  void close();

 private:
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void(bool)>::handler_type;

  void leave(const executor& loop);
  void hand_over();

  std::deque<waiter> waiting_;
  bool taken_ = false;
  bool closed_ = false;
};

}  // namespace weir
