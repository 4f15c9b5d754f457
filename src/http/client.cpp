#include "http/client.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weir::http {

using boost::system::error_code;

client_connection::client_connection(asio::io_context& loop, const tcp::endpoint& peer,
                                     deadline_ticker& deadlines)
    : has_deadline(deadlines),
      socket_(loop),
      peer_(peer),
      in_(std::make_unique_for_overwrite<char[]>(in_bytes)) {}

awaitable<result<const client_response*, client_error>> client_connection::exchange(std::string_view head,
                                                                                    std::string_view body,
                                                                                    steady_time deadline) {
  using outcome = client_error::outcome;
  expired_ = not_http_ = false;
  set_deadline_at(deadline);
  if (socket_.is_open() && has_died()) close();
  if (!socket_.is_open()) {
    if (const error_code ec = co_await connect()) co_return fail(outcome::not_sent, ec);
  }
  const std::array<asio::const_buffer, 2> request{asio::buffer(head), asio::buffer(body)};
  error_code ec;
  const std::size_t sent = socket_.write_some(request, ec);
  if (sent < head.size() + body.size()) {
    if (ec && ec != asio::error::would_block) co_return fail(outcome::not_sent, ec);
    ec = co_await send_rest(head, body, sent);
    if (ec) co_return fail(outcome::unknown, ec);
  }
  ec = co_await read_answer();
  if (ec || not_http_) co_return fail(outcome::unknown, ec);
  clear_deadline();
  response_.body = body_;
  last_used_ = coarse_now();
  if (!response_.keep_alive || used_ != end_) close();  // the peer closes, or it sent more than one response
  co_return &response_;
}

awaitable<error_code> client_connection::connect() {
  error_code ec;
  socket_.open(peer_.protocol(), ec);
  if (ec) co_return ec;
  co_await socket_.async_connect(peer_, asio::redirect_error(use_awaitable, ec));
  if (!ec) socket_.set_option(tcp::no_delay(true), ec);
  if (!ec) socket_.non_blocking(true, ec);
  co_return ec;
}

// The rare case that the socket's buffer did not take everything at once.
awaitable<error_code> client_connection::send_rest(std::string_view head, std::string_view body,
                                                   std::size_t sent) {
  error_code ec;
  const std::size_t size = head.size() + body.size();
  while (!ec && sent < size) {
    const auto rest =
        sent < head.size() ? asio::buffer(head.substr(sent)) : asio::buffer(body.substr(sent - head.size()));
    sent += co_await socket_.async_write_some(rest, asio::redirect_error(use_awaitable, ec));
  }
  co_return ec;
}

awaitable<error_code> client_connection::read_answer() {
  used_ = end_ = head_end_ = 0;
  parser_.emplace(response_, body_, body_limit_bytes);
  error_code ec;
  while (!parser_->done()) {
    const auto room = asio::buffer(in_.get() + end_, in_bytes - end_);
    const std::size_t n = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, ec));
    if (ec == asio::error::eof && parser_->parse_end())
      break;  // a response without a length ends with its connection
    if (ec) co_return ec;
    if (!take(n)) {
      not_http_ = true;
      break;
    }
  }
  if (ec == asio::error::eof) response_.keep_alive = false;
  co_return error_code{};
}

// Parses the bytes that have arrived. False where they are not HTTP, or too long.
bool client_connection::take(std::size_t arrived) {
  end_ += arrived;
  for (bool more = true; more;) {
    const bool in_head = !parser_->head_done();
    const auto used = parser_->parse({in_.get() + used_, end_ - used_});
    if (!used) return false;
    used_ += *used;
    more = in_head && parser_->head_done() && used_ < end_ && (!parser_->done() || parser_->interim());
    if (in_head && parser_->head_done()) head_end_ = used_;
    if (parser_->interim()) parser_.emplace(response_, body_, body_limit_bytes);
  }
  if (parser_->done()) return true;
  if (parser_->head_done()) make_room();
  return end_ < in_bytes;
}

// The head stays in the buffer, because its fields are still read; the rest of the buffer is a window on the
// body.
void client_connection::make_room() {
  std::memmove(in_.get() + head_end_, in_.get() + used_, end_ - used_);
  end_ -= used_ - head_end_;
  used_ = head_end_;
}

// True where the peer has closed an idle connection. A connection in full use is not tested, because the test
// is a system call.
bool client_connection::has_died() {
  if (coarse_now() - last_used_ < 2 * coarseness()) return false;
  char byte = 0;
  const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

client_error client_connection::fail(client_error::outcome what, const error_code& cause) {
  close();
  return {what, std::exchange(expired_, false), cause};
}

void client_connection::close() {
  clear_deadline();
  error_code ignored;
  socket_.close(ignored);
}

void client_connection::on_deadline() {
  expired_ = true;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::http
