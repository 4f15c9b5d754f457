// A store for tests that gives every take the same answer and records what it was asked.
#pragma once

#include <optional>
#include <vector>

#include "store/store.hpp"

namespace weir::admission {

// Admits everything until `answer` or `error` is changed. Not thread-safe.
class fake_store final : public store::store {
 public:
  fake_store() {
    answer.outcome = limit::outcome::admitted;
    answer.now = {1'700'000'000'500'000};
    for (auto& window : answer.windows) window = {.used = {}, .second = 1'700'000'000, .epoch = 7};
  }

  awaitable<result<limit::decision, weir::store::store_error>> take(const limit::plan& p,
                                                                    steady_time deadline) override {
    takes.push_back(p);
    last_deadline = deadline;
    if (error) co_return *error;
    limit::decision d = answer;
    d.part_count = bypassed ? 0 : p.part_count;
    for (std::size_t i = 0; i < d.part_count; ++i) d.windows[i].used = p.asked;
    co_return d;
  }
  void settle(const limit::receipt& taken, const limit::amounts& used) noexcept override {
    receipts.push_back(taken);
    settled.push_back(used);
  }

  limit::decision answer;
  bool bypassed = false;  // answers without a window, as the bypass store does
  std::optional<weir::store::store_error> error;
  std::vector<limit::plan> takes;
  std::vector<limit::receipt> receipts;
  std::vector<limit::amounts> settled;
  steady_time last_deadline;
};

}  // namespace weir::admission
