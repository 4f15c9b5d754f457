#include "http/connection.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <cassert>
#include <cstring>
#include <exception>
#include <utility>

namespace weir::http {
namespace {

constexpr std::size_t skipped_bytes =
    64U << 10;  // a body left unread is skipped if shorter; a longer one ends the connection
constexpr std::string_view server_error =
    R"({"error":{"message":"The server had an error while processing your request. Sorry about that!",)"
    R"("type":"server_error","param":null,"code":null}})";

}  // namespace

connection::connection(tcp_socket socket, server_context& context)
    : timed(context.deadlines),
      socket_(std::move(socket)),
      context_(context),
      in_(std::make_unique_for_overwrite<char[]>(in_bytes + padding_bytes)),
      body_(context.bodies) {
  boost::system::error_code ignored;  // a peer that has left already shows itself at the first read
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  context_.cells.connections.add();
}

connection::~connection() { context_.cells.connections.sub(); }

awaitable<void> connection::run() {
  while (open_) {
    const auto head = next_head();
    if (!head) {
      co_await refuse(head.error());
    } else if (*head) {
      co_await serve();
    } else {
      expect_bytes();
      if (!open_) break;
      boost::system::error_code ec;
      const std::size_t n =
          co_await socket_.async_read_some(free_space(), asio::redirect_error(use_awaitable, ec));
      const bool late = std::exchange(expired_, false) && phase_ == phase::head;
      end_ += n;
      context_.cells.bytes_in.add(n);
      if (late)
        co_await refuse(
            refusal::timeout);  // bytes that came with the deadline do not count: it is not set again
      if (late || ec) open_ = false;
    }
  }
  co_await leave();
}

awaitable<void> connection::turn_away(refusal why) {
  co_await refuse(why);
  co_await leave();
}

// True: a request's head stands in parser_. False: more bytes are needed.
result<bool, refusal> connection::next_head() {
  const auto size = scanner_.scan({in_.get() + begin_, end_ - begin_});
  if (!size) return size.error();
  if (*size == 0) return false;
  if (begin_ + *size + chunk_window_bytes > in_bytes) compact();  // before there are views
  next_ = begin_ + *size;
  parser_.emplace();
  const std::size_t start = begin_ + scanner_.start();
  if (const auto wrong = parser_->parse({in_.get() + start, next_ - start})) return *wrong;
  body_left_ = parser_->head().content_length.value_or(0);
  phase_ = phase::handler;
  disarm();
  request_began_ = std::chrono::steady_clock::now();
  context_.cells.requests.add();
  return true;
}

awaitable<void> connection::serve() {
  try {
    co_await context_.answers.serve(*this);
  } catch (const std::exception&) {  // no memory, or a bug: this request's end, not the node's
    context_.cells.handler_failures.add();
    open_ = false;  // an answer may have been begun and not sent: nothing can follow it
  }
  if (!answered_ || (open_ && body_left_ > 0)) co_await tidy_up();
  finish();
}

// What a handler left undone: an answer, or a body nobody asked for.
awaitable<void> connection::tidy_up() {
  if (!answered_ && !gone_) {
    if (body_failed_) {
      co_await refuse(*body_failed_);
      co_return;
    }
    reply_.clear();
    reply_.status = 500;
    reply_.body = server_error;
    reply_.close = true;
    co_await send();
  }
  if (!answered_) open_ = false;
  if (open_ && body_left_ > 0) co_await skip_body();
}

// Ends the request in hand: what follows in the buffer is the next.
void connection::finish() {
  begin_ = next_;
  scanner_ = {};
  parser_.reset();
  body_.release();
  body_left_ = 0;
  unrenewed_bytes_ = 0;
  request_began_ = {};
  body_failed_.reset();
  body_read_ = answered_ = false;
  served_one_ = true;
  phase_ = phase::idle;
  reply_.clear();
  if (reply_.body.capacity() > kept_buffer_bytes) reply_.body = {};
  if (out_.capacity() > kept_buffer_bytes) out_ = {};
}

awaitable<void> connection::refuse(refusal why) {
  if (!body_failed_) context_.cells.refused_as(why).add();  // else body() has counted it
  open_ = false;
  if (why == refusal::disconnected) co_return;
  reply_.clear();
  context_.answers.refuse(why, reply_);
  reply_.close = true;
  co_await send();
}

awaitable<bool> connection::send() {
  assert(!answered_);
  answered_ = true;
  open_ = stays_open();
  write_answer(out_, reply_, context_.date.text(), after_answer(), parser_ && parser_->is_head());
  boost::system::error_code ec;
  std::size_t sent = socket_.write_some(asio::buffer(out_),
                                        ec);  // most answers fit the socket's buffer: no wait, no wake-up
  if (sent < out_.size() && (!ec || ec == asio::error::would_block)) {
    phase_ = phase::writing;
    arm(context_.options.write_timeout);
    do {
      const auto rest = asio::buffer(out_.data() + sent, std::min(out_.size() - sent, renewing_bytes));
      const std::size_t n = co_await socket_.async_write_some(rest, asio::redirect_error(use_awaitable, ec));
      sent += n;
      unrenewed_bytes_ += n;
      if (unrenewed_bytes_ >= renewing_bytes) {
        unrenewed_bytes_ = 0;
        arm(context_.options.write_timeout);
      }
    } while (!ec && sent < out_.size());
    disarm();
  }
  context_.cells.bytes_out.add(sent);
  if (ec) {
    open_ = false;
    gone_ = true;
    co_return false;
  }
  count_answer();
  co_return true;
}

void connection::count_answer() {
  context_.cells.answered_with(reply_.status).add();
  if (!parser_ || request_began_ == steady_time{}) return;
  const auto took =
      std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - request_began_);
  context_.cells.request_duration_us.record(static_cast<std::uint64_t>(took.count()));
}

// Whether another request can follow the answer about to be written.
bool connection::stays_open() const {
  if (!open_ || reply_.close || context_.draining || !parser_ || body_failed_) return false;
  if (!parser_->keep_alive()) return false;
  if (body_read_ || !parser_->head().has_body) return true;
  if (parser_->chunked() || parser_->expects_continue())
    return false;  // where it ends, or whether it comes, is unknown
  return body_left_ <= skipped_bytes;
}

connection_line connection::after_answer() const {
  if (!open_) return connection_line::close;
  return parser_->http_1_0() ? connection_line::keep_alive : connection_line::none;
}

// Sets the deadline of a wait for a head; ends the connection where none is to come.
void connection::expect_bytes() {
  if (begin_ < end_) {
    if (begin_ > 0) compact();
    if (phase_ == phase::head) return;  // one deadline for the whole head, however slowly it drips
    phase_ = phase::head;
    arm(context_.options.header_timeout);
    return;
  }
  begin_ = next_ = end_ = 0;
  phase_ = phase::idle;
  if (context_.draining) {
    drain();
  } else {
    arm(served_one_ ? context_.options.idle_timeout : context_.options.header_timeout);
  }
}

void connection::compact() {
  std::memmove(in_.get(), in_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = next_ = 0;
}

// A close with bytes unread would reset the connection and destroy the answer on its way: say goodbye, take
// what comes for a while.
awaitable<void> connection::leave() {
  phase_ = phase::leaving;
  const bool said_goodbye = answered_ || served_one_;
  if (said_goodbye && !gone_ && socket_.is_open()) {
    arm(context_.options.linger_timeout);
    boost::system::error_code ec;
    socket_.shutdown(tcp::socket::shutdown_send, ec);
    for (std::size_t taken = 0; !ec && taken < context_.options.linger_bytes;) {
      taken += co_await socket_.async_read_some(asio::buffer(in_.get(), in_bytes),
                                                asio::redirect_error(use_awaitable, ec));
    }
  }
  close();
}

void connection::drain() {
  boost::system::error_code ec;
  if (phase_ != phase::idle) return;
  if (!served_one_) {
    arm(context_.options.fresh_grace);  // its first request may be on the way
  } else if (socket_.available(ec) == 0) {
    open_ = false;
    gone_ = true;
    close();
  }
}

void connection::cancel() {
  open_ = false;
  gone_ = true;
  close();
}

void connection::expired() {
  expired_ = true;
  boost::system::error_code ignored;
  const bool reading = phase_ == phase::idle || phase_ == phase::head || phase_ == phase::body;
  if (reading) {
    socket_.cancel(ignored);  // the reader decides whether there is somebody to tell
  } else {
    close();
  }
}

void connection::close() {
  disarm();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::http
