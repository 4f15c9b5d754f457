#include "http/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cassert>
#include <memory>
#include <utility>

namespace weir::http {
namespace {

constexpr std::chrono::milliseconds pause_after_failure{100};
constexpr std::size_t most_rejecting =
    256;  // rejected at the same time; further ones are closed without a response

// The peer gave up between its handshake and accept(), so nothing is wrong here.
bool only_that_peer(const boost::system::error_code& ec) {
  return ec == asio::error::connection_aborted || ec == boost::system::errc::protocol_error;
}

}  // namespace

listener::listener(asio::io_context& loop, tcp_acceptor acceptor, handler& answers,
                   const server_options& options, http_counters& counters, event_log& log)
    : acceptor_(std::move(acceptor)),
      log_(log),
      ticker_(loop, options.tick),
      context_{answers,
               options,
               counters,
               ticker_,
               date_line(ticker_),
               byte_budget(options.body_budget_bytes, counters.body_bytes_held)},
      pause_(loop),
      empty_(loop) {}

listener::~listener() { assert(open_ == 0 && !accepting_); }

void listener::start() {
  ticker_.start();
  accepting_ = true;
  auto closed = [this](const std::exception_ptr&) {
    accepting_ = false;
    ended();
  };
  asio::co_spawn(acceptor_.get_executor(), accept(), std::move(closed));
}

awaitable<void> listener::accept() {
  co_await accept_while_open();
  take_backlog();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

awaitable<void> listener::accept_while_open() {
  while (!stopping_) {
    boost::system::error_code ec;
    tcp_socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, ec));
    if (stopping_ && ec) break;
    note_accept(ec);
    if (!ec) {
      adopt(std::move(socket));
    } else if (!only_that_peer(ec)) {  // out of descriptors or memory; trying again at once would spin
      pause_.expires_after(pause_after_failure);
      co_await pause_.async_wait(asio::redirect_error(use_awaitable, ec));
    }
  }
}

// Connections that completed their handshake are served, so a restart loses no request.
void listener::take_backlog() {
  boost::system::error_code ec;
  acceptor_.non_blocking(true, ec);
  while (!ec) {
    tcp_socket socket(acceptor_.get_executor());
    acceptor_.accept(socket, ec);
    if (!ec) adopt(std::move(socket));
  }
}

void listener::adopt(tcp_socket socket) {
  context_.counters.accepted.add();
  auto& open_over_all = *context_.options.open;
  const bool full = open_over_all.fetch_add(1, std::memory_order_relaxed) >= context_.options.max_connections;
  if (full) open_over_all.fetch_sub(1, std::memory_order_relaxed);
  if (full && rejecting_ >= most_rejecting) {
    context_.counters.error(request_error::too_many_connections).add();
    return;
  }
  auto owned = std::make_unique<connection>(std::move(socket), context_);
  connection& one = *owned;
  all_.push_back(one);
  ++open_;
  if (full) ++rejecting_;
  auto gone = [this, full, mine = std::move(owned)](const std::exception_ptr&) mutable {
    mine.reset();
    --open_;
    if (full)
      --rejecting_;
    else
      context_.options.open->fetch_sub(1, std::memory_order_relaxed);
    ended();
  };
  asio::co_spawn(acceptor_.get_executor(),
                 full ? one.reject_connection(request_error::too_many_connections) : one.run(),
                 std::move(gone));
}

void listener::ended() {
  if (open_ > 0 || accepting_) return;
  if (stopping_) ticker_.stop();
  empty_.cancel();
}

void listener::note_accept(const boost::system::error_code& ec) {
  if (ec) context_.counters.accept_errors.add();
  const bool fails = ec && !only_that_peer(ec);
  if (fails == accept_fails_) return;
  accept_fails_ = fails;
  if (fails) {
    log_.write(severity::error, "connections cannot be accepted", {{"reason", ec.message()}});
  } else {
    log_.write(severity::info, "connections are accepted again");
  }
}

void listener::stop_accepting() {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.cancel(ignored);
  pause_.cancel();
}

void listener::drain() {
  context_.draining = true;
  for (auto& one : all_) one.drain();
}

void listener::cancel() {
  for (auto& one : all_) one.cancel();
}

awaitable<void> listener::joined() {
  while (open_ > 0 || accepting_) {
    boost::system::error_code ignored;
    empty_.expires_at(steady_time::max());
    co_await empty_.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
}

}  // namespace weir::http
