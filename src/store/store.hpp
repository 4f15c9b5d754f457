// The store interface: where windows live. Everything above it is tested without Redis, everything below
// without HTTP.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "limit/decision.hpp"
#include "limit/plan.hpp"

namespace weir::store {

// Why a take got no decision. Nothing was charged, or the charge is refunded or leaves its window by itself
// (docs/promises.md, promise 4).
enum class store_error : std::uint8_t {
  disconnected,  // there is no connection to the store; known at once
  deadline,      // the store did not reply in time
  overloaded,    // the queue in front of the store is full
  error_reply,   // the store replied with an error (out of memory, read-only, ...)
  bad_window,    // the value of this window in the store has a wrong type or length
  mismatch,      // nodes with other settings (WINDOW_SECONDS, secret) use the store: this node must not serve
  unsupported_plan,  // a part of the plan has a window shape that this store does not keep
};
inline constexpr std::size_t store_error_count = 7;

// The name in logs, metrics and error codes.
constexpr std::string_view name(store_error e) {
  switch (e) {
    case store_error::disconnected: return "disconnected";
    case store_error::deadline: return "deadline";
    case store_error::overloaded: return "overloaded";
    case store_error::error_reply: return "error_reply";
    case store_error::bad_window: return "bad_window";
    case store_error::mismatch: return "mismatch";
    case store_error::unsupported_plan: return "unsupported_plan";
  }
  return "unknown";
}

// The state of one worker's store; health and readiness show it.
enum class store_state : std::uint8_t {
  connecting,  // not reached yet
  up,
  down,      // was reached before, but not now
  mismatch,  // reached, but used with other settings: this node must not serve
};

// The name in health responses.
constexpr std::string_view name(store_state s) {
  switch (s) {
    case store_state::connecting: return "connecting";
    case store_state::up: return "up";
    case store_state::down: return "down";
    case store_state::mismatch: return "mismatch";
  }
  return "unknown";
}

// The state of one worker's store as any thread may read it.
struct store_health {
  std::atomic<store_state> state{store_state::connecting};
  std::atomic<bool> reached_once{false};
};

// One object per worker, used on that worker's thread only. It outlives every coroutine that waits in it.
class store {
 public:
  virtual ~store() = default;

  // Decides on all windows of `p` in one step and, if the amounts fit, charges all of them. Returns at
  // `deadline` at the latest. `p` must stay alive until then.
  virtual awaitable<result<limit::decision, store_error>> take(const limit::plan& p,
                                                               steady_time deadline) = 0;

  // Replaces what the receipt reserved by `used`. Never waits and never fails: a settle that cannot be
  // delivered is counted, and its reservation stays charged until it leaves the window.
  virtual void settle(const limit::receipt& taken, const limit::amounts& used) noexcept = 0;
};

}  // namespace weir::store
