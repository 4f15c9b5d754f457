// What a connection talks for: bytes to send, replies that came. Implemented without I/O.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "redis/codec.hpp"

namespace weir::redis {

// Called on the connection's thread only. `now` is the steady clock, read once per event.
class client {
 public:
  virtual ~client() = default;

  // The connection is made; what was sent on an earlier one is void.
  virtual void on_open(steady_time now) = 0;
  // Appends what may go out now, if anything. Asked after on_open, after replies, and after
  // connection::wake().
  virtual void next_bytes(std::string& out, steady_time now) = 0;
  // Replies come in the order of what was sent. An error closes the connection, with this reason.
  virtual result<void> on_reply(reply_view r, steady_time now) = 0;
  // The connection ended, or could not be made. It will be tried again.
  virtual void on_down(const std::string& why, steady_time now) = 0;
  // Whether the present connection came to be of use: the wait before the next one starts small again then.
  virtual bool ready() const = 0;
};

}  // namespace weir::redis
