// The embedded store: the windows of one process, shared by its workers.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "limit/window.hpp"
#include "store/store.hpp"
#include "store/store_cells.hpp"

namespace weir {

// Windows by scope id, striped: a scope's window is guarded by its stripe's mutex. Thread-safe.
// Memory: window_bytes(W) and about 100 bytes more for each scope that was charged within the last W+1
// seconds; what is empty is forgotten bit by bit, as other scopes of its stripe come and go.
class memory_windows {
 public:
  explicit memory_windows(std::uint32_t window_seconds);

  verdict take(const charge& asked, store_time now);
  // False: too late, or the window was made anew since.
  bool settle(const receipt& taken, const amounts& used, store_time now);

  std::size_t size() const;

 private:
  static constexpr std::size_t stripe_count = 64;

  struct alignas(64) stripe {
    mutable std::mutex mutex;
    std::unordered_map<key_id, window> windows;
    std::size_t sweep_bucket = 0;  // where the next look for empty windows begins
  };

  stripe& stripe_of(const key_id& id) { return stripes_[std::hash<key_id>{}(id) % stripe_count]; }
  void forget_empty(stripe& s, store_time now, const key_id& kept);

  std::uint32_t window_seconds_;
  std::vector<stripe> stripes_;
};

// A worker's view of the process's windows. Never waits for anything but a stripe's mutex, never fails.
class memory_store final : public store {
 public:
  using clock = std::function<store_time()>;

  // Everything named must outlive the store. `now` is read once per operation and must not run backwards
  // across threads by more than clock_slack_seconds.
  memory_store(memory_windows& windows, store_cells& cells, clock now);

  awaitable<result<verdict, outage>> take(const charge& asked, steady_time deadline) override;
  void settle(const receipt& taken, const amounts& used) noexcept override;

 private:
  memory_windows& windows_;
  store_cells& cells_;
  clock now_;
};

}  // namespace weir
