// How a connection reads a request's body: as it is asked for, no faster than its budget, no slower than its
// deadline.
#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <cassert>
#include <cstring>
#include <utility>

#include "http/connection.hpp"

namespace weir::http {

awaitable<result<padded_view, refusal>> connection::body(std::size_t limit_bytes) {
  assert(!body_read_);
  body_read_ = true;
  const std::size_t total = static_cast<std::size_t>(body_left_);
  std::optional<refusal> failed;
  if (body_left_ > limit_bytes) {
    failed = refusal::body_too_large;
  } else if (parser_->chunked()) {
    begin_body();
    failed = co_await read_chunks(limit_bytes);
  } else if (next_ + total > in_bytes) {
    begin_body();
    failed = co_await read_rest_apart(total);
  } else if (body_here() < total) {
    begin_body();
    failed = co_await read_rest_in_place(total);
  }
  phase_ = phase::handler;
  disarm();
  if (failed) {
    body_failed_ = failed;
    context_.cells.refused_as(*failed).add();  // whoever answers it
    gone_ = gone_ || *failed == refusal::disconnected;
    co_return *failed;
  }
  if (body_.size() > 0) co_return body_.view();
  const padded_view here{in_.get() + next_, total};
  if (!parser_->chunked()) next_ += total;
  body_left_ = 0;
  co_return here;
}

// The client may wait for a word before it sends the body (RFC 9110 section 10.1.1).
void connection::begin_body() {
  phase_ = phase::body;
  arm(context_.options.body_timeout);
  if (!parser_->expects_continue() || body_here() > 0) return;
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::system::error_code ec;  // a failure shows itself at the read
  socket_.write_some(asio::buffer(go_on), ec);
  context_.cells.bytes_out.add(go_on.size());
}

awaitable<std::optional<refusal>> connection::read_rest_in_place(std::size_t total) {
  while (body_here() < total) {
    boost::system::error_code ec;
    const std::size_t n =
        co_await socket_.async_read_some(free_space(), asio::redirect_error(use_awaitable, ec));
    end_ += n;
    if (const auto failed = progress(ec, n)) co_return failed;
  }
  co_return std::nullopt;
}

// Read straight into body_, up to the body's last byte; a little at a time, since others wait while it is
// copied.
awaitable<std::optional<refusal>> connection::read_rest_apart(std::size_t total) {
  if (!body_.append({in_.get() + next_, body_here()})) co_return refusal::over_budget;
  next_ = end_;
  while (body_.size() < total) {
    body_left_ = total - body_.size();
    const std::size_t piece = std::min(total - body_.size(), renewing_bytes);
    if (!body_.grow(piece, total)) co_return refusal::over_budget;
    boost::system::error_code ec;
    const auto room = asio::buffer(body_.end(), piece);
    const std::size_t n = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, ec));
    body_.arrived(n);
    if (const auto failed = progress(ec, n)) co_return failed;
  }
  body_left_ = 0;
  co_return std::nullopt;
}

// in_ behind the head is the window through which the raw bytes pass.
awaitable<std::optional<refusal>> connection::read_chunks(std::size_t limit) {
  const std::size_t window = next_;
  while (true) {
    const auto used = parser_->decode({in_.get() + next_, body_here()}, body_, limit);
    if (!used) co_return used.error();
    next_ += *used;
    if (parser_->body_done()) co_return std::nullopt;
    std::memmove(in_.get() + window, in_.get() + next_, body_here());
    end_ -= next_ - window;
    next_ = window;
    if (end_ == in_bytes) co_return refusal::malformed;
    boost::system::error_code ec;
    const std::size_t n =
        co_await socket_.async_read_some(free_space(), asio::redirect_error(use_awaitable, ec));
    end_ += n;
    if (const auto failed = progress(ec, n)) co_return failed;
  }
}

// Takes what is left of the body from the socket and forgets it.
awaitable<void> connection::skip_body() {
  const std::size_t here = std::min<std::size_t>(body_left_, body_here());
  next_ += here;
  body_left_ -= here;
  phase_ = phase::body;
  arm(context_.options.body_timeout);
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

// Judges a read of the body: nothing, or why it failed.
std::optional<refusal> connection::progress(const boost::system::error_code& ec, std::size_t bytes) {
  context_.cells.bytes_in.add(bytes);
  const bool late = std::exchange(expired_, false);
  if (ec || late) return late && socket_.is_open() ? refusal::timeout : refusal::disconnected;
  unrenewed_bytes_ += bytes;
  if (unrenewed_bytes_ >= renewing_bytes) {
    unrenewed_bytes_ = 0;
    arm(context_.options.body_timeout);
  }
  return std::nullopt;
}

}  // namespace weir::http
