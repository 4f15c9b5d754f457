// A worker's door: accepts connections, owns them until each has ended, and stops in order.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>

#include "base/awaitable.hpp"
#include "base/event_log.hpp"
#include "http/connection.hpp"
#include "http/exchange.hpp"
#include "http/http_cells.hpp"
#include "http/server_options.hpp"
#include "http/socket.hpp"
#include "http/ticker.hpp"

namespace weir::http {

// Everything on the loop's own thread (post there). Order of a stop: stop_accepting, drain, later cancel,
// joined, destroy. handler, cells and log outlive it.
class listener {
 public:
  listener(asio::io_context& loop, tcp_acceptor acceptor, handler& answers, const server_options& options,
           http_cells& cells, event_log& log);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  void start();
  // Takes what waits in the backlog, then closes the door.
  void stop_accepting();
  // Closes the connections that are idle; those at work answer what they have, with "connection: close".
  void drain();
  // Closes every connection now. What a handler still waits for is its own to end.
  void cancel();
  // Returns when the door is closed and no connection is left: then this object may go. For one waiter.
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
  ticker ticker_;
  server_context context_;
  boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>,
                         boost::intrusive::base_hook<connection::listener_hook>>
      all_;
  std::size_t open_ = 0;         // connections that live, those turned away among them
  std::size_t turned_away_ = 0;  // of them: answered 503 and about to close
  bool accepting_ = false;       // the coroutine runs
  bool stopping_ = false;
  bool accept_fails_ = false;  // told once per change
  ticker::timer pause_;        // between two failing accepts
  ticker::timer empty_;        // never expires: cancelled when the last has ended (a timer as an event)
};

}  // namespace weir::http
