#include "node/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace weir::node {
namespace {

// The same policy behind a reference count of the worker's own: requests copy the snapshot, and workers that
// shared one count would contend for its cache line.
policy::policy_snapshot own_count(const policy::policy_snapshot& shared) {
  return {shared.get(), [keep = shared](const policy::policy*) {}};
}

}  // namespace

worker::worker(asio::io_context& loop, http::tcp_acceptor acceptor, const worker_parts& parts,
               const policy::policy_snapshot& policy, std::uint64_t id_seed, worker_counters& counters)
    : loop_(loop),
      store_(parts.stores.make(loop_, counters.store)),
      limiter_(store_->get(), counters.admission),
      upstream_(parts.mock, parts.encodings, caches_),
      api_({parts.encodings, caches_, parts.parse_thread, limiter_, upstream_, parts.health, counters.api},
           parts.chat, own_count(policy), id_seed),
      front_(api_, parts.metrics),
      listener_(loop_, std::move(acceptor), front_, parts.server, counters.http, parts.log) {}

worker::~worker() = default;

void worker::start(std::function<void()> ended) {
  store_->start();
  listener_.start();
  asio::co_spawn(loop_, run(), [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  thread_ = std::thread([this, ended = std::move(ended)] {
    loop_.run();
    ended();
  });
}

// Once this has returned, nothing is left on the loop, so it runs out of work by itself.
awaitable<void> worker::run() {
  co_await listener_.joined();
  co_await store_->stop(flush_until_);
}

void worker::set_policy(const policy::policy_snapshot& policy) {
  asio::post(loop_, [this, mine = own_count(policy)]() mutable { api_.set_policy(std::move(mine)); });
}

void worker::stop(steady_time flush_until) {
  asio::post(loop_, [this, flush_until] {
    flush_until_ = flush_until;
    listener_.stop_accepting();
    listener_.drain();
  });
}

void worker::fail_waiting() {
  asio::post(loop_, [this] {
    api_.shut_down();
    upstream_.cancel();
  });
}

void worker::close_connections() {
  asio::post(loop_, [this] { listener_.cancel(); });
}

void worker::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace weir::node
