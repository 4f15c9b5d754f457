// The store that all nodes share: a worker's connection to Redis, and the coroutines that wait for decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/event_log.hpp"
#include "base/notifier.hpp"
#include "redis/connection.hpp"
#include "store/redis_session.hpp"
#include "store/store.hpp"
#include "store/store_counters.hpp"

namespace weir::store {

struct redis_store_options {
  redis::endpoint where;
  std::uint32_t window_seconds = 60;
  std::string secret_fingerprint = "none";  // of KEY_ID_SECRET; nodes with different ones do not serve
  unsigned worker = 0;                      // for log lines
  std::uint64_t backoff_seed = 0;           // random, so that nodes do not reconnect at the same moment
};

// One per worker, used on the thread of its io_context. Under load many takes share one round trip
// (store/batcher.hpp).
class redis_store final : public store, private redis::protocol {
 public:
  // The arguments must outlive it.
  redis_store(asio::io_context& io, redis_store_options options, store_counters& counters, event_log& log);
  ~redis_store() override;

  // `asked` must stay alive until the decision.
  awaitable<result<limit::decision, store_error>> take(const limit::plan& asked,
                                                       steady_time deadline) override;
  void settle(const limit::receipt& taken, const limit::amounts& used) noexcept override;

  // Begins to connect, and reconnects from then on.
  void start();
  // Sends the queued settles and waits for their replies, until `until` at the latest or until the connection
  // is lost. Then closes the connection and joins the coroutines of start(). A take that still waits gets
  // store_error::disconnected.
  awaitable<void> stop(steady_time until);

 private:
  using answer = result<limit::decision, store_error>;
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void(answer)>::handler_type;
  struct ended {
    waiter who;
    answer what;
  };

  // These call the session and then resume the waiters of finished takes.
  void on_open(steady_time now) override;
  void next_bytes(std::string& out, steady_time now) override;
  result<void> on_reply(redis::reply_view r, steady_time now) override;
  void on_down(const std::string& why, steady_time now) override;
  bool ready() const override { return session_.ready(); }

  void begin_take(waiter who, const limit::plan& asked, steady_time deadline);
  void watch_cancellation(waiter& who, take_id id);
  void cancel(take_id id);
  // Resumes the waiters of finished takes by one posted handler, never inline.
  void deliver();
  void answer_all();
  void end(waiter who, const answer& what, bool clear_slot);
  awaitable<void> tick();
  void spawn(awaitable<void> task);

  asio::io_context& io_;
  store_counters& counters_;
  redis_session session_;
  redis::connection connection_;
  notifier changed_, ticked_;
  std::vector<std::optional<waiter>> waiters_;  // indexed by slot
  std::vector<ended> ended_, being_answered_;
  std::size_t running_ = 0;
  bool posted_ = false, draining_ = false, closing_ = false;
};

}  // namespace weir::store
