#include "store/redis_store.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace weir::store {
namespace {

// A take in flight ends at most this much after its deadline.
constexpr std::chrono::milliseconds tick_interval{20};

steady_time now() { return std::chrono::steady_clock::now(); }

}  // namespace

redis_store::redis_store(asio::io_context& io, redis_store_options options, store_counters& counters,
                         event_log& log)
    : io_(io),
      counters_(counters),
      session_({options.where, options.window_seconds, options.secret_fingerprint, options.worker}, counters,
               log),
      connection_(io, {.where = options.where, .seed = options.backoff_seed}, *this),
      changed_(io),
      ticked_(io) {}

redis_store::~redis_store() = default;

void redis_store::start() {
  spawn(connection_.run());
  spawn(tick());
}

void redis_store::spawn(awaitable<void> task) {
  ++running_;
  asio::co_spawn(io_, std::move(task), [this](std::exception_ptr failed) {
    --running_;
    changed_.notify_all();
    if (failed) std::rethrow_exception(failed);  // a bug: the worker must not go on without its store
  });
}

// Ends takes at their deadlines, and closes a connection that does not reply.
awaitable<void> redis_store::tick() {
  while (!closing_) {
    co_await ticked_.wait(now() + tick_interval);
    if (const auto fine = session_.on_tick(now()); !fine) connection_.close(fine.error().message);
    deliver();
    connection_.wake();
  }
}

awaitable<result<limit::decision, store_error>> redis_store::take(const limit::plan& asked,
                                                                  steady_time deadline) {
  const auto begin = [this](waiter who, const limit::plan* c, steady_time until) {
    begin_take(std::move(who), *c, until);
  };
  return asio::async_initiate<const asio::use_awaitable_t<executor>, void(answer)>(begin, use_awaitable,
                                                                                   &asked, deadline);
}

void redis_store::begin_take(waiter who, const limit::plan& asked, steady_time deadline) {
  const auto id = session_.batches().enqueue_take(asked, deadline, now());
  if (!id) return end(std::move(who), id.error(), true);
  if (id->slot >= waiters_.size()) waiters_.resize(id->slot + 1);
  watch_cancellation(who, *id);
  waiters_[id->slot].emplace(std::move(who));
  if (session_.batches().has_place()) connection_.wake();
}

void redis_store::watch_cancellation(waiter& who, take_id id) {
  auto slot = asio::get_associated_cancellation_slot(who);
  if (slot.is_connected()) slot.assign([this, id](asio::cancellation_type) { cancel(id); });
}

void redis_store::cancel(take_id id) {
  if (!session_.batches().abandon(id)) return;
  end(std::move(*std::exchange(waiters_[id.slot], std::nullopt)), store_error::deadline, false);
}

void redis_store::on_open(steady_time at) { session_.on_open(at); }

void redis_store::next_bytes(std::string& out, steady_time at) {
  session_.next_bytes(out, at);
  deliver();
}

result<void> redis_store::on_reply(redis::reply_view r, steady_time at) {
  const auto heard = session_.on_reply(r, at);
  deliver();
  return heard;
}

void redis_store::on_down(const std::string& why, steady_time at) {
  session_.on_down(why, at);
  deliver();
  changed_.notify_all();
}

void redis_store::deliver() {
  auto& finished = session_.batches().finished();
  for (auto& f : finished) {
    if (auto& who = waiters_[f.id.slot]) end(std::move(*std::exchange(who, std::nullopt)), f.answer, true);
  }
  finished.clear();
  if (draining_ && session_.batches().settled()) changed_.notify_all();
}

// `clear_slot` must be false within the slot's own handler.
void redis_store::end(waiter who, const answer& what, bool clear_slot) {
  if (clear_slot) {
    auto slot = asio::get_associated_cancellation_slot(who);
    if (slot.is_connected()) slot.clear();
  }
  ended_.push_back({std::move(who), what});
  if (posted_) return;
  posted_ = true;
  asio::post(io_, [this] { answer_all(); });
}

void redis_store::answer_all() {
  posted_ = false;
  being_answered_.swap(ended_);
  for (auto& e : being_answered_) std::move(e.who)(e.what);
  being_answered_.clear();
  changed_.notify_all();
}

void redis_store::settle(const limit::receipt& taken, const limit::amounts& used) noexcept {
  session_.batches().enqueue_settle(taken, used, now());
  if (session_.batches().has_place()) connection_.wake();
}

awaitable<void> redis_store::stop(steady_time until) {
  draining_ = true;
  session_.batches().drain();
  connection_.wake();
  while (!session_.batches().settled() && session_.ready() && now() < until) co_await changed_.wait(until);
  counters_.dropped_settles.add(session_.batches().queued_settles());
  session_.stop();
  closing_ = true;
  ticked_.notify_all();
  connection_.stop();
  while (running_ > 0 || posted_) co_await changed_.wait();
}

}  // namespace weir::store
