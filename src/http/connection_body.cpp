// Reads the body of a request when the handler asks for it, within the budget and the deadline.
#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <cassert>
#include <cstring>
#include <utility>

#include "http/connection.hpp"

namespace weir::http {

awaitable<result<padded_view, request_error>> connection::body(std::size_t limit_bytes) {
  assert(!body_read_);
  body_read_ = true;
  const std::size_t total = static_cast<std::size_t>(body_left_);
  std::optional<request_error> failed;
  if (body_left_ > limit_bytes) {
    failed = request_error::body_too_large;
  } else if (parser_->chunked()) {
    begin_body();
    failed = co_await read_chunks(limit_bytes);
  } else if (next_ + total > in_bytes) {
    begin_body();
    failed = co_await read_rest_into_buffer(total);
  } else if (body_here() < total) {
    begin_body();
    failed = co_await read_rest_in_place(total);
  }
  phase_ = phase::handler;
  clear_deadline();
  if (failed) {
    body_failed_ = failed;
    context_.counters.error(*failed).add();  // whether the handler or the connection responds
    gone_ = gone_ || *failed == request_error::disconnected;
    co_return *failed;
  }
  if (body_.size() > 0) co_return body_.view();
  const padded_view here{in_.get() + next_, total};
  if (!parser_->chunked()) next_ += total;
  body_left_ = 0;
  co_return here;
}

// A client that sent Expect: 100-continue may wait for this before it sends the body (RFC 9110
// section 10.1.1).
void connection::begin_body() {
  phase_ = phase::body;
  set_deadline(context_.options.body_timeout);
  if (!parser_->expects_continue() || body_here() > 0) return;
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::system::error_code ec;  // the next read shows a failure
  socket_.write_some(asio::buffer(go_on), ec);
  context_.counters.bytes_out.add(go_on.size());
}

awaitable<std::optional<request_error>> connection::read_rest_in_place(std::size_t total) {
  while (body_here() < total) {
    boost::system::error_code ec;
    const std::size_t n =
        co_await socket_.async_read_some(free_space(), asio::redirect_error(use_awaitable, ec));
    end_ += n;
    if (const auto failed = progress(ec, n)) co_return failed;
  }
  co_return std::nullopt;
}

// Reads straight into body_, up to the last byte of the body, in small pieces, since the loop serves nothing
// else during a copy.
awaitable<std::optional<request_error>> connection::read_rest_into_buffer(std::size_t total) {
  if (!body_.append({in_.get() + next_, body_here()})) co_return request_error::over_budget;
  next_ = end_;
  while (body_.size() < total) {
    body_left_ = total - body_.size();
    const std::size_t piece = std::min(total - body_.size(), renewing_bytes);
    if (!body_.grow(piece, total)) co_return request_error::over_budget;
    boost::system::error_code ec;
    const auto room = asio::buffer(body_.end(), piece);
    const std::size_t n = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, ec));
    body_.arrived(n);
    if (const auto failed = progress(ec, n)) co_return failed;
  }
  body_left_ = 0;
  co_return std::nullopt;
}

// The raw bytes pass through the part of in_ behind the head.
awaitable<std::optional<request_error>> connection::read_chunks(std::size_t limit) {
  const std::size_t window = next_;
  while (true) {
    const auto used = parser_->decode({in_.get() + next_, body_here()}, body_, limit);
    if (!used) co_return used.error();
    next_ += *used;
    if (parser_->body_done()) co_return std::nullopt;
    std::memmove(in_.get() + window, in_.get() + next_, body_here());
    end_ -= next_ - window;
    next_ = window;
    if (end_ == in_bytes) co_return request_error::malformed;
    boost::system::error_code ec;
    const std::size_t n =
        co_await socket_.async_read_some(free_space(), asio::redirect_error(use_awaitable, ec));
    end_ += n;
    if (const auto failed = progress(ec, n)) co_return failed;
  }
}

// Reads the rest of the body from the socket and discards it.
awaitable<void> connection::skip_body() {
  const std::size_t here = std::min<std::size_t>(body_left_, body_here());
  next_ += here;
  body_left_ -= here;
  phase_ = phase::body;
  set_deadline(context_.options.body_timeout);
  while (body_left_ > 0) {
    boost::system::error_code ec;
    const auto room = asio::buffer(in_.get(), std::min<std::size_t>(body_left_, in_bytes));
    const std::size_t n = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, ec));
    body_left_ -= n;
    if (progress(ec, n)) {
      open_ = false;
      co_return;
    }
    next_ = end_ = 0;
  }
}

// Evaluates a read of the body. Returns why it failed, or nothing.
std::optional<request_error> connection::progress(const boost::system::error_code& ec, std::size_t bytes) {
  context_.counters.bytes_in.add(bytes);
  const bool late = std::exchange(expired_, false);
  if (ec || late) return late && socket_.is_open() ? request_error::timeout : request_error::disconnected;
  unrenewed_bytes_ += bytes;
  if (unrenewed_bytes_ >= renewing_bytes) {
    unrenewed_bytes_ = 0;
    set_deadline(context_.options.body_timeout);
  }
  return std::nullopt;
}

}  // namespace weir::http
