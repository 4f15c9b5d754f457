// The store that all nodes share: this worker's connection to Redis, and the coroutines that wait for
// verdicts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/event_log.hpp"
#include "redis/connection.hpp"
#include "redis/pulse.hpp"
#include "store/redis_session.hpp"
#include "store/store.hpp"
#include "store/store_cells.hpp"

namespace weir {

struct redis_store_options {
  redis::endpoint where;
  std::uint32_t window_seconds = 60;
  std::string secret_fingerprint = "none";  // of KEY_ID_SECRET: nodes that disagree do not serve
  unsigned worker = 0;                      // for log lines
  std::uint64_t backoff_seed = 0;           // random in production, so that nodes do not come back together
};

// One per worker, used on its io_context's thread only. A take costs no round trip of its own under load
// (store/batcher.hpp).
class redis_store final : public store, private redis::client {
 public:
  // Everything named must outlive it.
  redis_store(asio::io_context& io, redis_store_options options, store_cells& cells, event_log& log);
  ~redis_store() override;

  // Reads `asked` until the verdict is there.
  awaitable<result<verdict, outage>> take(const charge& asked, steady_time deadline) override;
  void settle(const receipt& taken, const amounts& used) noexcept override;

  // Begins to connect, and keeps connected from then on.
  void start();
  // Sends the settles that wait and hears their replies, until `until` at the latest or until the connection
  // is lost; then closes and joins what start() began. No take may wait any more, or it gets
  // outage::disconnected.
  awaitable<void> stop(steady_time until);

 private:
  using answer = result<verdict, outage>;
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void(answer)>::handler_type;
  struct ended {
    waiter who;
    answer what;
  };

  // The session's part, and then what it finished is handed to the waiters.
  void on_open(steady_time now) override;
  void next_bytes(std::string& out, steady_time now) override;
  result<void> on_reply(redis::reply_view r, steady_time now) override;
  void on_down(const std::string& why, steady_time now) override;
  bool ready() const override { return session_.ready(); }

  void begin_take(waiter who, const charge& asked, steady_time deadline);
  void watch_cancellation(waiter& who, take_id id);
  void cancel(take_id id);
  // Hands what the batcher finished to its waiters: posted once, never inline.
  void deliver();
  void answer_all();
  void end(waiter who, const answer& what, bool clear_slot);
  awaitable<void> tick();
  void spawn(awaitable<void> task);

  asio::io_context& io_;
  store_cells& cells_;
  redis_session session_;
  redis::connection connection_;
  redis::pulse changed_, tick_pulse_;
  std::vector<std::optional<waiter>> waiters_;  // by slot
  std::vector<ended> ended_, being_answered_;
  std::size_t running_ = 0;
  bool posted_ = false, draining_ = false, closing_ = false;
};

}  // namespace weir
