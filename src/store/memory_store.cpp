#include "store/memory_store.hpp"

#include <array>
#include <functional>
#include <utility>

namespace weir {

memory_windows::memory_windows(std::uint32_t window_seconds)
    : window_seconds_(window_seconds), stripes_(stripe_count) {}

namespace {

// Locks the mutexes of a take's stripes: each once, in the order of their addresses, so that no two takes
// wait for each other.
class stripe_locks {
 public:
  void add(std::mutex& m) {
    std::size_t at = count_;
    for (; at > 0 && !std::less<>{}(held_[at - 1], &m); --at)
      if (held_[at - 1] == &m) return;
    for (std::size_t i = count_++; i > at; --i) held_[i] = held_[i - 1];
    held_[at] = &m;
  }
  void lock() {
    for (; locked_ < count_; ++locked_) held_[locked_]->lock();
  }
  ~stripe_locks() {
    while (locked_ > 0) held_[--locked_]->unlock();
  }

 private:
  std::array<std::mutex*, max_scopes> held_{};
  std::size_t count_ = 0, locked_ = 0;
};

}  // namespace

verdict memory_windows::take(const charge& asked, store_time now) {
  stripe_locks locks;
  for (std::size_t i = 0; i < asked.scope_count; ++i) locks.add(stripe_of(asked.scopes[i].id).mutex);
  locks.lock();
  std::array<window*, max_scopes> windows{};
  for (std::size_t i = 0; i < asked.scope_count; ++i) {
    const key_id& id = asked.scopes[i].id;
    windows[i] = &stripe_of(id).windows.try_emplace(id, window_seconds_).first->second;
  }
  const verdict v = weir::take(std::span(windows.data(), asked.scope_count), asked, now);
  for (std::size_t i = 0; i < asked.scope_count; ++i)
    forget_empty(stripe_of(asked.scopes[i].id), now, asked.scopes[i].id);
  return v;
}

// Looks at two buckets of the map a take, so that what stays is bounded by what came within a window and a
// sweep.
void memory_windows::forget_empty(stripe& s, store_time now, const key_id& kept) {
  for (int step = 0; step < 2 && !s.windows.empty(); ++step) {
    s.sweep_bucket = (s.sweep_bucket + 1) % s.windows.bucket_count();
    for (auto it = s.windows.begin(s.sweep_bucket); it != s.windows.end(s.sweep_bucket); ++it) {
      const bool empty = it->second.empty_at() + clock_slack_seconds < now.second();
      if (!empty || it->first == kept) continue;
      s.windows.erase(key_id(it->first));
      break;
    }
  }
}

bool memory_windows::settle(const receipt& taken, const amounts& used, store_time now) {
  bool all = true;
  for (std::size_t i = 0; i < taken.scope_count; ++i) {
    const auto& part = taken.parts[i];
    stripe& s = stripe_of(part.id);
    const std::lock_guard lock(s.mutex);
    const auto found = s.windows.find(part.id);
    all = found != s.windows.end() &&
          found->second.settle(part.second, part.epoch, taken.reserved, used, now) && all;
  }
  return all;
}

std::size_t memory_windows::size() const {
  std::size_t sum = 0;
  for (const auto& s : stripes_) {
    const std::lock_guard lock(s.mutex);
    sum += s.windows.size();
  }
  return sum;
}

memory_store::memory_store(memory_windows& windows, store_cells& cells, clock now)
    : windows_(windows), cells_(cells), now_(std::move(now)) {
  cells_.state.store(store_state::up, std::memory_order_relaxed);
  cells_.reached_once.store(true, std::memory_order_relaxed);
}

awaitable<result<verdict, outage>> memory_store::take(const charge& asked, steady_time) {
  co_return windows_.take(asked, now_());
}

void memory_store::settle(const receipt& taken, const amounts& used) noexcept {
  if (used == taken.reserved) return;
  if (!windows_.settle(taken, used, now_())) cells_.late_settles.add();
}

}  // namespace weir
