// The protocol handler of a connection: it supplies bytes to send and receives replies, without I/O.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "redis/codec.hpp"

namespace weir::redis {

// Called on the connection's thread only. `now` is the steady clock, read once per event.
class protocol {
 public:
  virtual ~protocol() = default;

  // The connection is made. Bytes sent on an earlier connection are void.
  virtual void on_open(steady_time now) = 0;
  // Appends the bytes that may be sent now, if any. Called after on_open, after replies, and after
  // connection::wake().
  virtual void next_bytes(std::string& out, steady_time now) = 0;
  // Replies come in the order of the commands. An error closes the connection with this reason.
  virtual result<void> on_reply(reply_view r, steady_time now) = 0;
  // The connection ended or could not be made. It will be tried again.
  virtual void on_down(const std::string& why, steady_time now) = 0;
  // True once the present connection is usable. Then the wait before the next one starts small again.
  virtual bool ready() const = 0;
};

}  // namespace weir::redis
