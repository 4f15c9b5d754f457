// The protocol of a worker's connection to Redis: the handshake, then batches. It shows its state in counters
// and log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/event_log.hpp"
#include "redis/handshake.hpp"
#include "redis/protocol.hpp"
#include "store/batcher.hpp"

namespace weir::store {

// The time from connecting until batches may be sent; a Redis that takes longer is given up.
inline constexpr std::chrono::milliseconds handshake_deadline{1000};

// A state machine without I/O. It logs one line for each change of state, and none for requests.
class redis_session final : public redis::protocol {
 public:
  struct options {
    redis::endpoint where;
    std::uint32_t window_seconds = 60;
    std::string secret_fingerprint;
    unsigned worker = 0;  // for log lines, since each worker has a connection of its own
  };

  // The counters and the log must outlive it.
  redis_session(options o, store_counters& counters, event_log& log);

  batcher& batches() { return batches_; }

  void on_open(steady_time now) override;
  void next_bytes(std::string& out, steady_time now) override;
  result<void> on_reply(redis::reply_view r, steady_time now) override;
  void on_down(const std::string& why, steady_time now) override;
  bool ready() const override { return ready_; }

  // Does batcher::on_tick() and watches the handshake.
  result<void> on_tick(steady_time now);
  // The end of the connection is intended from now on and not logged.
  void stop() { stopping_ = true; }

 private:
  // The reason why no batches are sent, in an operator's words; it is logged when it changes.
  enum class problem { none, unreachable, refused, mismatch };

  result<void> on_handshake_reply(redis::reply_view r, steady_time now);
  void become_ready(steady_time now);
  problem present_problem() const;
  void tell(problem p, const std::string& why);
  void warn_of_eviction(const std::string& policy);
  void tell_trouble(steady_time now);
  void tell_bad_window(steady_time now);

  options options_;
  store_counters& counters_;
  event_log& log_;
  redis::handshake_options handshake_options_;
  std::optional<redis::handshake> handshake_;
  std::string handshake_bytes_;
  steady_time opened_at_{}, trouble_at_{}, next_bad_window_at_{};
  batcher batches_;
  const log_field worker_, address_;
  bool ready_ = false, stopping_ = false;
  problem told_ = problem::none;
  std::string run_id_, policy_, told_trouble_;
};

}  // namespace weir::store
