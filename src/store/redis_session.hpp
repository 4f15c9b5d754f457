// What this worker says to Redis on its connection: the handshake, then batches; and how its state shows in
// cells and log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/event_log.hpp"
#include "redis/client.hpp"
#include "redis/handshake.hpp"
#include "store/batcher.hpp"

namespace weir {

// From connecting until batches may go; Redis that says nothing for as long is given up.
inline constexpr std::chrono::milliseconds handshake_deadline{1000};

// A state machine without I/O. One line in the log per change of state, never per request.
class redis_session final : public redis::client {
 public:
  struct options {
    redis::endpoint where;
    std::uint32_t window_seconds = 60;
    std::string secret_fingerprint;
    unsigned worker = 0;  // named in log lines: each worker has a connection of its own
  };

  // Cells and log must outlive it.
  redis_session(options o, store_cells& cells, event_log& log);

  batcher& batches() { return batches_; }

  void on_open(steady_time now) override;
  void next_bytes(std::string& out, steady_time now) override;
  result<void> on_reply(redis::reply_view r, steady_time now) override;
  void on_down(const std::string& why, steady_time now) override;
  bool ready() const override { return ready_; }

  // As batcher::on_tick, and watches the handshake.
  result<void> on_tick(steady_time now);
  // What ends from now on ends because we wish it: nothing to tell.
  void stop() { stopping_ = true; }

 private:
  // What keeps batches from going, as an operator would call it; told when it changes.
  enum class problem { none, unreachable, refused, mismatch };

  result<void> on_handshake_reply(redis::reply_view r, steady_time now);
  void become_ready(steady_time now);
  problem present_problem() const;
  void tell(problem p, const std::string& why);
  void warn_of_eviction(const std::string& policy);
  void tell_trouble(steady_time now);
  void tell_bad_window(steady_time now);

  options options_;
  store_cells& cells_;
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

}  // namespace weir
