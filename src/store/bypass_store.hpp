// The store of a node whose limiter is bypassed: admits everything at once, keeps nothing.
#pragma once

#include <functional>
#include <utility>

#include "store/store.hpp"
#include "store/store_cells.hpp"

namespace weir {

// Its verdicts name no window (scope_count 0), so there are no limits to tell a client.
class bypass_store final : public store {
 public:
  using clock = std::function<store_time()>;

  bypass_store(store_cells& cells, clock now) : now_(std::move(now)) {
    cells.state.store(store_state::up, std::memory_order_relaxed);
    cells.reached_once.store(true, std::memory_order_relaxed);
  }

  awaitable<result<verdict, outage>> take(const charge&, steady_time) override {
    verdict v;
    v.outcome = outcome::admitted;
    v.scope_count = 0;
    v.now = now_();
    co_return v;
  }

  void settle(const receipt&, const amounts&) noexcept override {}

 private:
  clock now_;
};

}  // namespace weir
