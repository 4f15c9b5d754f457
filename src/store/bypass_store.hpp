// The store of a node with a bypassed limiter: it admits everything at once and keeps nothing.
#pragma once

#include <functional>
#include <utility>

#include "store/store.hpp"
#include "store/store_counters.hpp"

namespace weir::store {

// Its decisions have no window (part_count 0), so responses show no limits.
class bypass_store final : public store {
 public:
  using clock = std::function<store_time()>;

  bypass_store(store_counters& counters, clock now) : now_(std::move(now)) {
    counters.health.state.store(store_state::up, std::memory_order_relaxed);
    counters.health.reached_once.store(true, std::memory_order_relaxed);
  }

  awaitable<result<limit::decision, store_error>> take(const limit::plan&, steady_time) override {
    limit::decision v;
    v.outcome = limit::outcome::admitted;
    v.part_count = 0;
    v.now = now_();
    co_return v;
  }

  void settle(const limit::receipt&, const limit::amounts&) noexcept override {}

 private:
  clock now_;
};

}  // namespace weir::store
