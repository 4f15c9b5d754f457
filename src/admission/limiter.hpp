// The limiter: from a plan to a decision and, if it is admitted, a reservation. It alone uses the store.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "admission/admission_counters.hpp"
#include "admission/rejection_cache.hpp"
#include "admission/reservation.hpp"
#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "limit/decision.hpp"
#include "limit/plan.hpp"
#include "store/store.hpp"

namespace weir::admission {

// The modules above the limiter use these types and do not know the store.
using store::store_error;
using store::store_health;
using store::store_state;

// The answer of the limiter.
struct admission {
  limit::decision decision;
  std::optional<reservation> held;  // holds a value exactly where the decision is admitted
};

// One object per worker, used on that worker's thread only.
class limiter {
 public:
  using clock = steady_time (*)();

  // The store and the counters must outlive the limiter and every reservation it made.
  limiter(store::store& s, admission_counters& counters, clock now = std::chrono::steady_clock::now)
      : store_(s), counters_(counters), now_(now) {}

  // Decides on all windows of `p` in one step; if the amounts fit, all of them are charged and reserved.
  // Returns at `deadline` at the latest. A rejection costs nothing. An error means that there is no decision
  // and that nothing stays charged for longer than a window (docs/promises.md). `p` must stay alive until
  // then.
  awaitable<result<admission, store_error>> admit(const limit::plan& p, steady_time deadline);

  // The rejection of `p` where it is certain without asking the store; it is counted as a decision. Then a
  // plan that asks for more would be rejected too, so `p.asked` may be a lower bound of the amounts.
  std::optional<limit::decision> known_rejection(const limit::plan& p);

 private:
  void count(const limit::plan& p, const limit::decision& d);

  store::store& store_;
  admission_counters& counters_;
  clock now_;
  rejection_cache rejections_;
};

// The health of a node's store: of its workers, the worst state counts.
struct health_summary {
  store_state state = store_state::connecting;
  bool reached_once = false;  // by every worker
};

// Reads the states of all workers. Any thread.
health_summary summarize(std::span<const store_health* const> workers);

}  // namespace weir::admission
