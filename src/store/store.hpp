// The waist: where windows live, as the gate sees it. Everything above it is tested without Redis, everything
// below without HTTP.
#pragma once

#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "limit/verdict.hpp"

namespace weir {

// Why a take got no verdict. Nobody was charged, or the charge is given back or runs out by itself
// (docs/design.md, promise 4).
enum class outage : std::uint8_t {
  disconnected,  // no connection to the store: known at once
  deadline,      // no answer in time
  overloaded,    // the store's queue is full
  refused,       // the store answered with an error (out of memory, read-only, …)
  bad_window,    // this window's value in the store has a wrong type or length
  mismatch,      // the store is used with other settings (WINDOW_SECONDS, secret): this node must not serve
};

// As logs, metrics and health name it.
constexpr std::string_view name(outage o) {
  switch (o) {
    case outage::disconnected: return "disconnected";
    case outage::deadline: return "deadline";
    case outage::overloaded: return "overloaded";
    case outage::refused: return "refused";
    case outage::bad_window: return "bad_window";
    case outage::mismatch: return "mismatch";
  }
  return "unknown";
}

// One object per worker, used from that worker's thread only; it outlives every coroutine that waits in it.
class store {
 public:
  virtual ~store() = default;

  // Judges and, if it fits, charges all windows of `asked` in one step. Answers at `deadline` at the latest.
  virtual awaitable<result<verdict, outage>> take(const charge& asked, steady_time deadline) = 0;

  // Puts `used` in the place of what the receipt reserved. Never waits, never fails towards the caller: what
  // cannot be delivered stays charged until it runs out, and is counted.
  virtual void settle(const receipt& taken, const amounts& used) noexcept = 0;
};

}  // namespace weir
