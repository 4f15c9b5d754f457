// A client connection that is kept alive over many requests.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/deadline_ticker.hpp"
#include "http/response_parser.hpp"
#include "http/socket.hpp"

namespace weir::http {

// Why there is no response, and whether the peer can have seen the request.
struct client_error {
  enum class outcome : unsigned char {
    not_sent,  // no byte was sent (no connection, or it had died while idle): the request may be sent again
    unknown,   // bytes were sent and no whole response came: the request may have been served
  };
  outcome what = outcome::not_sent;
  bool timed_out = false;           // the deadline passed
  boost::system::error_code cause;  // the error of the socket; empty where the response was not HTTP
};

// One request at a time, on the thread of the ticker, which must outlive the connection. A request needs no
// timer and no allocation.
class client_connection final : private has_deadline {
 public:
  // Connects to `peer` with the first request.
  client_connection(asio::io_context& loop, const tcp::endpoint& peer, deadline_ticker& deadlines);

  // Sends a request as `head` and `body` (which may be empty) in one write, and reads the response. Connects
  // first where there is no connection; nothing is sent twice. The views must outlive the call, and the
  // response is valid until the next call. `deadline` includes connecting and is noticed within a tick.
  awaitable<result<const client_response*, client_error>> exchange(std::string_view head,
                                                                   std::string_view body,
                                                                   steady_time deadline);
  // Ends a running exchange with `unknown` or `not_sent`. The connection can be used again.
  void close();
  bool connected() const { return socket_.is_open(); }

  static constexpr std::size_t body_limit_bytes = 16U << 20;

 private:
  awaitable<boost::system::error_code> connect();
  awaitable<boost::system::error_code> send_rest(std::string_view head, std::string_view body,
                                                 std::size_t sent);
  awaitable<boost::system::error_code> read_answer();
  bool has_died();
  client_error fail(client_error::outcome what, const boost::system::error_code& cause);
  bool take(std::size_t arrived);
  void make_room();
  void on_deadline() override;

  static constexpr std::size_t in_bytes = 64U << 10;

  tcp_socket socket_;
  tcp::endpoint peer_;
  std::unique_ptr<char[]> in_;
  std::size_t used_ = 0, end_ = 0, head_end_ = 0;  // in_: | head | parsed | not parsed | free |
  std::optional<response_parser> parser_;
  client_response response_;
  std::string body_;
  steady_time last_used_{};
  bool expired_ = false;
  bool not_http_ = false;
};

}  // namespace weir::http
