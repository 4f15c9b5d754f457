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
    64U << 10;  // a shorter body that nobody read is skipped; a longer one ends the connection
constexpr std::string_view server_error =
    R"({"error":{"message":"The server had an error while processing your request. Sorry about that!",)"
    R"("type":"server_error","param":null,"code":null}})";

}  // namespace

connection::connection(tcp_socket socket, server_context& context)
    : has_deadline(context.deadlines),
      socket_(std::move(socket)),
      context_(context),
      in_(std::make_unique_for_overwrite<char[]>(in_bytes + padding_bytes)),
      body_(context.bodies) {
  boost::system::error_code ignored;  // the first read shows a peer that has gone already
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  context_.counters.connections.add();
}

connection::~connection() { context_.counters.connections.sub(); }

awaitable<void> connection::run() {
  while (open_) {
    const auto head = next_head();
    if (!head) {
      co_await respond_with_error(head.error());
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
      context_.counters.bytes_in.add(n);
      if (late)
        co_await respond_with_error(request_error::timeout);  // bytes that arrived with the deadline do not
                                                              // count, since the deadline is not set again
      if (late || ec) open_ = false;
    }
  }
  co_await leave();
}

awaitable<void> connection::reject_connection(request_error why) {
  co_await respond_with_error(why);
  co_await leave();
}

// True where parser_ holds the head of a request. False where more bytes are needed.
result<bool, request_error> connection::next_head() {
  const auto size = scanner_.scan({in_.get() + begin_, end_ - begin_});
  if (!size) return size.error();
  if (*size == 0) return false;
  if (begin_ + *size + chunk_window_bytes > in_bytes) compact();  // before views exist
  next_ = begin_ + *size;
  parser_.emplace();
  const std::size_t start = begin_ + scanner_.start();
  if (const auto wrong = parser_->parse({in_.get() + start, next_ - start})) return *wrong;
  body_left_ = parser_->head().content_length.value_or(0);
  phase_ = phase::handler;
  clear_deadline();
  request_began_ = std::chrono::steady_clock::now();
  return true;
}

awaitable<void> connection::serve() {
  try {
    co_await context_.handler.serve(*this);
  } catch (const std::exception&) {  // out of memory, or a bug: it ends this request and not the node
    context_.counters.handler_exceptions.add();
    open_ = false;  // nothing can follow a response that may have been sent in part
  }
  if (!responded_ || (open_ && body_left_ > 0)) co_await complete_response();
  finish();
}

// Does what a handler left undone: sends a response, and skips a body that was not read.
awaitable<void> connection::complete_response() {
  if (!responded_ && !gone_) {
    if (body_failed_) {
      co_await respond_with_error(*body_failed_);
      co_return;
    }
    response_.clear();
    response_.status = 500;
    response_.body = server_error;
    response_.close = true;
    co_await send();
  }
  if (!responded_) open_ = false;
  if (open_ && body_left_ > 0) co_await skip_body();
}

// Ends the present request; the bytes behind it in the buffer are the next one.
void connection::finish() {
  begin_ = next_;
  scanner_ = {};
  parser_.reset();
  body_.release();
  body_left_ = 0;
  unrenewed_bytes_ = 0;
  request_began_ = {};
  body_failed_.reset();
  body_read_ = responded_ = false;
  served_one_ = true;
  phase_ = phase::idle;
  response_.clear();
  if (response_.body.capacity() > kept_buffer_bytes) response_.body = {};
  if (out_.capacity() > kept_buffer_bytes) out_ = {};
}

awaitable<void> connection::respond_with_error(request_error why) {
  if (!body_failed_) context_.counters.error(why).add();  // otherwise body() has counted it
  open_ = false;
  if (why == request_error::disconnected) co_return;
  response_.clear();
  context_.handler.on_request_error(why, response_);
  response_.close = true;
  co_await send();
}

awaitable<bool> connection::send() {
  assert(!responded_);
  responded_ = true;
  open_ = stays_open();
  write_response(out_, response_, context_.date.text(), connection_line_after(),
                 parser_ && parser_->is_head());
  boost::system::error_code ec;
  std::size_t sent = socket_.write_some(asio::buffer(out_),
                                        ec);  // most responses fit the socket's buffer, so no wait is needed
  if (sent < out_.size() && (!ec || ec == asio::error::would_block)) {
    phase_ = phase::writing;
    set_deadline(context_.options.write_timeout);
    do {
      const auto rest = asio::buffer(out_.data() + sent, std::min(out_.size() - sent, renewing_bytes));
      const std::size_t n = co_await socket_.async_write_some(rest, asio::redirect_error(use_awaitable, ec));
      sent += n;
      unrenewed_bytes_ += n;
      if (unrenewed_bytes_ >= renewing_bytes) {
        unrenewed_bytes_ = 0;
        set_deadline(context_.options.write_timeout);
      }
    } while (!ec && sent < out_.size());
    clear_deadline();
  }
  context_.counters.bytes_out.add(sent);
  if (ec) {
    open_ = false;
    gone_ = true;
    co_return false;
  }
  count_response();
  co_return true;
}

void connection::count_response() {
  context_.counters.responded_with(response_.status).add();
  if (!parser_ || request_began_ == steady_time{}) return;
  const auto took =
      std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - request_began_);
  context_.counters.request_duration_us.record(static_cast<std::uint64_t>(took.count()));
}

// True where another request can follow the response that is about to be written.
bool connection::stays_open() const {
  if (!open_ || response_.close || context_.draining || !parser_ || body_failed_) return false;
  if (!parser_->keep_alive()) return false;
  if (body_read_ || !parser_->head().has_body) return true;
  if (parser_->chunked() || parser_->expects_continue())
    return false;  // it is unknown where the body ends, or whether it comes
  return body_left_ <= skipped_bytes;
}

connection_line connection::connection_line_after() const {
  if (!open_) return connection_line::close;
  return parser_->http_1_0() ? connection_line::keep_alive : connection_line::none;
}

// Sets the deadline for the next head; ends the connection where no head will come.
void connection::expect_bytes() {
  if (begin_ < end_) {
    if (begin_ > 0) compact();
    if (phase_ == phase::head) return;  // one deadline covers the whole head, however slowly it arrives
    phase_ = phase::head;
    set_deadline(context_.options.header_timeout);
    return;
  }
  begin_ = next_ = end_ = 0;
  phase_ = phase::idle;
  if (context_.draining) {
    drain();
  } else {
    set_deadline(served_one_ ? context_.options.idle_timeout : context_.options.header_timeout);
  }
}

void connection::compact() {
  std::memmove(in_.get(), in_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = next_ = 0;
}

// A close with unread bytes would reset the connection and destroy the response on its way (RFC 9112
// section 9.6). So the sending side is shut down first, and received bytes are discarded for a while.
awaitable<void> connection::leave() {
  phase_ = phase::leaving;
  const bool said_goodbye = responded_ || served_one_;
  if (said_goodbye && !gone_ && socket_.is_open()) {
    set_deadline(context_.options.linger_timeout);
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
    set_deadline(context_.options.fresh_grace);  // its first request may be on its way
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

void connection::on_deadline() {
  expired_ = true;
  boost::system::error_code ignored;
  const bool reading = phase_ == phase::idle || phase_ == phase::head || phase_ == phase::body;
  if (reading) {
    socket_.cancel(ignored);  // the reader decides whether a response is possible
  } else {
    close();
  }
}

void connection::close() {
  clear_deadline();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::http
