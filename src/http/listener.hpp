// Accepts the connections of a worker, owns them until each has ended, and stops in order.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>

#include "base/awaitable.hpp"
#include "base/event_log.hpp"
#include "http/connection.hpp"
#include "http/deadline_ticker.hpp"
#include "http/exchange.hpp"
#include "http/http_counters.hpp"
#include "http/server_options.hpp"
#include "http/socket.hpp"

namespace weir::http {

// Used on the loop's thread (post to it from others). A stop goes in this order: stop_accepting, drain, later
// cancel, joined, destroy. The handler, the counters and the log must outlive it.
class listener {
 public:
  listener(asio::io_context& loop, tcp_acceptor acceptor, handler& answers, const server_options& options,
           http_counters& counters, event_log& log);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  void start();
  // Accepts the connections in the backlog, then closes the acceptor.
  void stop_accepting();
  // Closes idle connections. Busy ones finish their request and respond with "connection: close".
  void drain();
  // Closes every connection now. Waits of handlers must be ended by others.
  void cancel();
  // Returns when the acceptor is closed and no connection is left; the object may be destroyed then. For one
  // waiter.
  awaitable<void> joined();

  std::size_t connections() const { return open_; }

 private:
  awaitable<void> accept();
  awaitable<void> accept_while_open();
  void take_backlog();
  void adopt(tcp_socket socket);
  void ended();
  void note_accept(const boost::system::error_code& ec);

  tcp_acceptor acceptor_;
  event_log& log_;
  deadline_ticker ticker_;
  server_context context_;
  boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>,
                         boost::intrusive::base_hook<connection::listener_hook>>
      all_;
  std::size_t open_ = 0;       // open connections, including those that are being rejected
  std::size_t rejecting_ = 0;  // open connections that are being rejected with 503
  bool accepting_ = false;     // the accepting coroutine runs
  bool stopping_ = false;
  bool accept_fails_ = false;     // logged once per change
  deadline_ticker::timer pause_;  // between two failing accepts
  deadline_ticker::timer
      empty_;  // an event: a timer that never expires and is cancelled when the last connection has ended
};

}  // namespace weir::http
