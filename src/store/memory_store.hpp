// The embedded store: the windows of one process, shared by its workers.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "limit/window.hpp"
#include "store/store.hpp"
#include "store/store_counters.hpp"

namespace weir::store {

// The windows by scope id, in stripes with a mutex each. Thread-safe. Memory: window_bytes(W) and about 100
// bytes for each scope that was charged within the last W+1 seconds. Empty windows are deleted step by step,
// as other scopes of their stripe are used.
class memory_windows {
 public:
  explicit memory_windows(std::uint32_t window_seconds);

  // True where every part has the shape of these windows.
  bool accepts(const limit::plan& p) const {
    return limit::has_only_shape(p, limit::seconds_window(window_seconds_));
  }
  // Decides on a plan that accepts() accepts.
  limit::decision take(const limit::plan& p, store_time now);
  // False where a settle is too late, or the window was made anew since.
  bool settle(const limit::receipt& taken, const limit::amounts& used, store_time now);

  std::size_t size() const;

 private:
  static constexpr std::size_t stripe_count = 64;

  struct alignas(64) stripe {
    mutable std::mutex mutex;
    std::unordered_map<scope_id, limit::window> windows;
    std::size_t sweep_bucket = 0;  // the bucket where the next search for empty windows begins
  };

  stripe& stripe_of(const scope_id& id) { return stripes_[std::hash<scope_id>{}(id) % stripe_count]; }
  void forget_empty(stripe& s, store_time now, const scope_id& kept);

  std::uint32_t window_seconds_;
  std::vector<stripe> stripes_;
};

// A worker's access to the windows of the process. It waits for nothing but a stripe's mutex.
class memory_store final : public store {
 public:
  using clock = std::function<store_time()>;

  // The arguments must outlive the store. `now` is read once per operation and must not go back between
  // threads by more than clock_slack_seconds.
  memory_store(memory_windows& windows, store_counters& counters, clock now);

  awaitable<result<limit::decision, store_error>> take(const limit::plan& asked,
                                                       steady_time deadline) override;
  void settle(const limit::receipt& taken, const limit::amounts& used) noexcept override;

 private:
  memory_windows& windows_;
  store_counters& counters_;
  clock now_;
};

}  // namespace weir::store
