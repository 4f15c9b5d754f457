// A connection of one client: reads requests one after the other, has the handler respond to each, and closes
// in order.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.hpp"
#include "base/time.hpp"
#include "http/body_buffer.hpp"
#include "http/deadline_ticker.hpp"
#include "http/exchange.hpp"
#include "http/head_scanner.hpp"
#include "http/http_counters.hpp"
#include "http/request_parser.hpp"
#include "http/response_writer.hpp"
#include "http/server_options.hpp"
#include "http/socket.hpp"

namespace weir::http {

// The state that the connections of a listener share. It must outlive them.
struct server_context {
  http::handler& handler;
  server_options options;
  http_counters& counters;
  deadline_ticker& deadlines;
  date_line date;
  byte_budget bodies;
  bool draining = false;  // no request follows the present one
};

// Phases of a connection: idle (no byte of a request) - head (waiting for its rest) - handler, which may read
// the body (body) and sends the response (writing) - idle again, or leaving.
//
// Memory: one read buffer of 20 KiB (a page counts once it is touched), which holds heads and small bodies;
// larger bodies have a buffer of their own.
//
//   in_ ─▶ | present request: head, body | pipelined ones | free | padding |
//          begin_               next_                    end_     in_bytes
class connection final
    : public exchange,
      private has_deadline,
      public boost::intrusive::list_base_hook<boost::intrusive::tag<server_context>,
                                              boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using listener_hook =
      boost::intrusive::list_base_hook<boost::intrusive::tag<server_context>,
                                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  connection(tcp_socket socket, server_context& context);
  ~connection() override;

  // Serves until the connection ends. The object can be destroyed after that.
  awaitable<void> run();
  // Responds with the error `why` without reading a request, then closes.
  awaitable<void> reject_connection(request_error why);

  // Closes the connection once it is idle: now, or after the present response.
  void drain();
  // Closes the connection at once; waits on the socket end with it.
  void cancel();

  const request_head& head() const override { return parser_->head(); }
  awaitable<result<padded_view, request_error>> body(std::size_t limit_bytes) override;
  http::response& response() override { return response_; }
  awaitable<bool> send() override;

 private:
  enum class phase : unsigned char { idle, head, body, handler, writing, leaving };

  result<bool, request_error> next_head();
  awaitable<void> serve();
  awaitable<void> respond_with_error(request_error why);
  awaitable<void> complete_response();
  awaitable<void> leave();
  void finish();

  awaitable<std::optional<request_error>> read_rest_in_place(std::size_t total);
  awaitable<std::optional<request_error>> read_rest_into_buffer(std::size_t total);
  awaitable<std::optional<request_error>> read_chunks(std::size_t limit);
  awaitable<void> skip_body();
  void begin_body();
  std::optional<request_error> progress(const boost::system::error_code& ec, std::size_t bytes);

  void expect_bytes();
  void compact();
  bool stays_open() const;
  connection_line connection_line_after() const;
  void count_response();
  void on_deadline() override;
  void close();

  asio::mutable_buffer free_space() { return {in_.get() + end_, in_bytes - end_}; }
  std::size_t body_here() const { return end_ - next_; }

  static constexpr std::size_t in_bytes = head_limit_bytes + (4U << 10);
  static constexpr std::size_t chunk_window_bytes =
      4U << 10;  // a longer chunk line or trailer section is an error

  tcp_socket socket_;
  server_context& context_;

  std::unique_ptr<char[]> in_;
  std::size_t begin_ = 0, next_ = 0, end_ = 0;
  head_scanner scanner_;
  std::optional<request_parser> parser_;
  body_buffer body_;
  http::response response_;
  std::string out_;

  phase phase_ = phase::idle;
  steady_time request_began_{};
  std::size_t unrenewed_bytes_ = 0;  // bytes of a body or a response since its deadline was last renewed
  std::uint64_t body_left_ = 0;      // announced bytes that are neither taken from in_ nor from the socket
  std::optional<request_error> body_failed_;
  bool body_read_ = false;
  bool responded_ = false;
  bool served_one_ = false;
  bool open_ = true;      // another request may follow
  bool gone_ = false;     // the client has gone
  bool expired_ = false;  // the deadline passed during the present wait
};

}  // namespace weir::http
