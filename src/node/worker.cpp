#include "node/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace weir::node {
namespace {

gate_options with_seed(gate_options options, std::uint64_t id_seed) {
  options.id_seed = id_seed;
  return options;
}

}  // namespace

worker::worker(asio::io_context& loop, http::tcp_acceptor acceptor, worker_plan plan, std::uint64_t id_seed,
               worker_cells& cells)
    : loop_(loop),
      store_(plan.store.make(loop_, cells.store)),
      upstream_(plan.mock, plan.encodings, memory_),
      gate_({plan.keys, plan.encodings, memory_, plan.reading, store_->store(), upstream_, plan.probes,
             cells.gate},
            with_seed(plan.gate, id_seed)),
      listener_(loop_, std::move(acceptor), gate_, plan.server, cells.http, plan.log) {}

worker::~worker() = default;

void worker::start(std::function<void()> ended) {
  store_->start();
  listener_.start();
  asio::co_spawn(loop_, live(), [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  thread_ = std::thread([this, ended = std::move(ended)] {
    loop_.run();
    ended();
  });
}

// The loop runs out by itself once this has returned: nothing is left on it.
awaitable<void> worker::live() {
  co_await listener_.joined();
  co_await store_->stop(flush_until_);
}

void worker::stop(steady_time flush_until) {
  asio::post(loop_, [this, flush_until] {
    flush_until_ = flush_until;
    listener_.stop_accepting();
    listener_.drain();
  });
}

void worker::end_waiting() {
  asio::post(loop_, [this] {
    gate_.end_waiting();
    upstream_.cancel();
  });
}

void worker::cancel() {
  asio::post(loop_, [this] { listener_.cancel(); });
}

void worker::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace weir::node
