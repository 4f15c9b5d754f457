// A client's connection, kept alive over many requests: what `weir load` drives nodes with.
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
#include "http/response_parser.hpp"
#include "http/socket.hpp"
#include "http/ticker.hpp"

namespace weir::http {

// Why there is no answer. What decides for the caller is whether the peer can have seen the request.
struct client_failure {
  enum class outcome : unsigned char {
    not_sent,  // no byte of the request left (no connection, or it had died while idle): it may be sent again
    unknown,   // some of it left and no whole answer came: it may have been served
  };
  outcome what = outcome::not_sent;
  bool timed_out = false;           // the deadline ended it
  boost::system::error_code cause;  // what the socket said; empty where the answer was not HTTP
};

// One request at a time. All on the ticker's thread; the ticker outlives it. Costs no timer and no allocation
// per request.
class client_connection final : private timed {
 public:
  // Connects with the first request, to the numeric endpoint.
  client_connection(asio::io_context& loop, const tcp::endpoint& peer, ticker& deadlines);

  // Sends `head` and `body` (a whole request in two pieces; `body` may be empty) in one write and reads the
  // answer. Connects first where there is no connection, without repeating anything that was sent. The views
  // outlive the call; what it returns is valid until the next call. `deadline` covers connecting, too, and is
  // noticed within a tick.
  awaitable<result<const response*, client_failure>> exchange(std::string_view head, std::string_view body,
                                                              steady_time deadline);
  // Ends a running exchange (as `unknown` or `not_sent`); the connection can be used again.
  void close();
  bool connected() const { return socket_.is_open(); }

  static constexpr std::size_t body_limit_bytes = 16U << 20;

 private:
  awaitable<boost::system::error_code> connect();
  awaitable<boost::system::error_code> send_rest(std::string_view head, std::string_view body,
                                                 std::size_t sent);
  awaitable<boost::system::error_code> read_answer();
  bool has_died();
  client_failure fail(client_failure::outcome what, const boost::system::error_code& cause);
  bool take(std::size_t arrived);
  void make_room();
  void expired() override;

  static constexpr std::size_t in_bytes = 64U << 10;

  tcp_socket socket_;
  tcp::endpoint peer_;
  std::unique_ptr<char[]> in_;
  std::size_t used_ = 0, end_ = 0, head_end_ = 0;  // in_: | head, kept | parsed | not yet parsed | free |
  std::optional<response_parser> parser_;
  response response_;
  std::string body_;
  steady_time last_used_{};
  bool expired_ = false;
  bool not_http_ = false;
};

}  // namespace weir::http
