#include "redis/connection.hpp"

#include <netinet/tcp.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

namespace weir::redis {
namespace {

using boost::system::error_code;

steady_time now() { return std::chrono::steady_clock::now(); }

using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;

// A name lookup. getaddrinfo cannot be interrupted, so a coroutine that gives up sets `waits` to null and
// lets the lookup finish alone.
struct lookup {
  lookup(asio::io_context& io, notifier& waiting) : resolver(io.get_executor()), waits(&waiting) {}
  asio::ip::basic_resolver<asio::ip::tcp, executor> resolver;
  notifier* waits;
  bool done = false;
  error_code failed;
  std::vector<asio::generic::stream_protocol::endpoint> found;
};

void begin(const std::shared_ptr<lookup>& l, const std::string& host, std::uint16_t port) {
  l->resolver.async_resolve(host, std::to_string(port), [l](error_code failed, const auto& entries) {
    l->done = true;
    l->failed = failed;
    for (const auto& entry : entries) l->found.emplace_back(entry.endpoint());
    if (l->waits != nullptr) l->waits->notify_all();
  });
}

}  // namespace

connection::connection(asio::io_context& io, connection_options options, redis::protocol& handler)
    : io_(io),
      options_(std::move(options)),
      protocol_(handler),
      backoff_(options_.first_backoff, options_.longest_backoff, options_.seed),
      pulse_(io),
      socket_(io.get_executor()) {}

awaitable<void> connection::run() {
  while (!stopping_) {
    const result<void> connected = co_await connect();
    std::string why;
    if (connected)
      why = co_await read_all();
    else
      why = connected.error().message;
    co_await shut();
    if (protocol_.ready()) backoff_.reset();
    protocol_.on_down(why, now());
    const steady_time next = now() + backoff_.next();
    while (!stopping_ && now() < next) co_await pulse_.wait(next);
  }
}

void connection::stop() {
  stopping_ = true;
  close("this node stops");
  error_code ignored;
  socket_.close(ignored);
  pulse_.notify_all();
}

awaitable<result<std::vector<connection::address>>> connection::addresses() {
  std::vector<address> found;
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(options_.where.host, not_numeric);
  if (options_.where.is_unix())
    found.emplace_back(asio::local::stream_protocol::endpoint(options_.where.path));
  else if (!not_numeric)
    found.emplace_back(asio::ip::tcp::endpoint(numeric, options_.where.port));
  else
    co_return co_await look_up();
  co_return found;
}

awaitable<result<std::vector<connection::address>>> connection::look_up() {
  const auto l = std::make_shared<lookup>(io_, pulse_);
  const steady_time until = now() + options_.connect_deadline;
  begin(l, options_.where.host, options_.where.port);
  while (!l->done && !stopping_ && now() < until) co_await pulse_.wait(until);
  l->waits = nullptr;
  l->resolver.cancel();
  if (!l->done) l->failed = asio::error::timed_out;
  if (l->failed) co_return error{"looking up " + options_.where.host + ": " + l->failed.message()};
  co_return std::move(l->found);
}

awaitable<error_code> connection::connect_to(const address& to) {
  using asio::experimental::awaitable_operators::operator||;
  error_code failed, ignored;
  timer deadline(io_.get_executor());
  deadline.expires_after(options_.connect_deadline);
  socket_.close(ignored);
  co_await (socket_.async_connect(to, asio::redirect_error(use_awaitable, failed)) ||
            deadline.async_wait(asio::redirect_error(use_awaitable, ignored)));
  co_return failed == asio::error::operation_aborted ? error_code(asio::error::timed_out) : failed;
}

awaitable<result<void>> connection::connect() {
  const auto found = co_await addresses();
  if (!found) co_return found.error();
  error_code failed = asio::error::host_not_found, ignored;
  for (const address& to : *found) {
    failed = co_await connect_to(to);
    if (!failed || stopping_) break;
  }
  if (failed || stopping_) co_return error{"connecting: " + failed.message()};
  if (!options_.where.is_unix()) {
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    find_dead_peers();
  }
  co_return result<void>();
}

// Finds an idle connection that was dropped silently (a NAT, an unplugged cable) within about 16 s, and not
// at the next take.
void connection::find_dead_peers() {
  error_code ignored;
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  socket_.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>(10), ignored);
  socket_.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>(2), ignored);
  socket_.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>(3), ignored);
}

// Reads until the connection ends. Returns the reason.
awaitable<std::string> connection::read_all() {
  reader_.reset();
  why_.clear();
  open_ = true;
  protocol_.on_open(now());
  flush();
  for (;;) {
    error_code failed;
    const std::size_t size =
        co_await socket_.async_read_some(asio::buffer(in_), asio::redirect_error(use_awaitable, failed));
    if (!why_.empty()) co_return why_;
    if (failed == asio::error::eof) co_return "Redis closed the connection";
    if (failed) co_return failed.message();
    const auto heard = hand_over(size);
    if (!heard) co_return heard.error().message;
    flush();
  }
}

result<void> connection::hand_over(std::size_t size) {
  const steady_time at = now();
  reader_.feed({in_.data(), size});
  for (;;) {
    const auto r = reader_.next();
    if (!r) return r.error();
    if (!*r) return {};
    if (auto heard = protocol_.on_reply((*r)->view(), at); !heard) return heard;
  }
}

void connection::wake() {
  if (!open_ || writing_ || flush_posted_) return;
  flush_posted_ = true;
  asio::post(io_, [this] {
    flush_posted_ = false;
    flush();
    pulse_.notify_all();
  });
}

void connection::flush() {
  if (!open_ || writing_) return;
  out_.clear();
  protocol_.next_bytes(out_, now());
  if (out_.empty()) return;
  writing_ = true;
  asio::async_write(socket_, asio::buffer(out_),
                    [this](error_code failed, std::size_t) { on_written(failed); });
}

void connection::on_written(error_code failed) {
  writing_ = false;
  if (failed) close(failed.message());
  flush();
  pulse_.notify_all();
}

void connection::close(std::string why) {
  if (!open_) return;
  open_ = false;
  if (why_.empty()) why_ = std::move(why);
  error_code ignored;
  socket_.close(ignored);
}

// Closes the connection and waits until no handler refers to this object.
awaitable<void> connection::shut() {
  close("");
  error_code ignored;
  socket_.close(ignored);
  while (writing_ || flush_posted_) co_await pulse_.wait();
}

}  // namespace weir::redis
