#include "store/memory_store.hpp"

#include <array>
#include <functional>
#include <utility>

namespace weir::store {

memory_windows::memory_windows(std::uint32_t window_seconds)
    : window_seconds_(window_seconds), stripes_(stripe_count) {}

namespace {

// Locks the mutexes of a take's stripes, each once and in the order of their addresses, so that takes cannot
// deadlock.
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
  std::array<std::mutex*, limit::max_parts> held_{};
  std::size_t count_ = 0, locked_ = 0;
};

}  // namespace

limit::decision memory_windows::take(const limit::plan& p, store_time now) {
  stripe_locks locks;
  for (const limit::part& one : p.all_parts()) locks.add(stripe_of(one.id).mutex);
  locks.lock();
  std::array<limit::window*, limit::max_parts> windows{};
  for (std::size_t i = 0; i < p.part_count; ++i) {
    const scope_id& id = p.parts[i].id;
    windows[i] = &stripe_of(id).windows.try_emplace(id, window_seconds_).first->second;
  }
  const limit::decision d = limit::take(std::span(windows.data(), p.part_count), p, now);
  for (const limit::part& one : p.all_parts()) forget_empty(stripe_of(one.id), now, one.id);
  return d;
}

// Visits two buckets of the map at each take. So the number of windows is bounded by those charged within a
// window and one sweep.
void memory_windows::forget_empty(stripe& s, store_time now, const scope_id& kept) {
  for (int step = 0; step < 2 && !s.windows.empty(); ++step) {
    s.sweep_bucket = (s.sweep_bucket + 1) % s.windows.bucket_count();
    for (auto it = s.windows.begin(s.sweep_bucket); it != s.windows.end(s.sweep_bucket); ++it) {
      const bool empty = it->second.empty_at() + limit::clock_slack_seconds < now.second();
      if (!empty || it->first == kept) continue;
      s.windows.erase(scope_id(it->first));
      break;
    }
  }
}

bool memory_windows::settle(const limit::receipt& taken, const limit::amounts& used, store_time now) {
  bool all = true;
  for (std::size_t i = 0; i < taken.part_count; ++i) {
    const auto& place = taken.places[i];
    stripe& s = stripe_of(place.id);
    const std::lock_guard lock(s.mutex);
    const auto found = s.windows.find(place.id);
    all = found != s.windows.end() &&
          found->second.settle(place.second, place.epoch, taken.reserved, used, now) && all;
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

memory_store::memory_store(memory_windows& windows, store_counters& counters, clock now)
    : windows_(windows), counters_(counters), now_(std::move(now)) {
  counters_.health.state.store(store_state::up, std::memory_order_relaxed);
  counters_.health.reached_once.store(true, std::memory_order_relaxed);
}

awaitable<result<limit::decision, store_error>> memory_store::take(const limit::plan& p, steady_time) {
  if (!windows_.accepts(p)) {
    counters_.count_error(store_error::unsupported_plan);
    co_return store_error::unsupported_plan;
  }
  co_return windows_.take(p, now_());
}

void memory_store::settle(const limit::receipt& taken, const limit::amounts& used) noexcept {
  if (used == taken.reserved) return;
  if (!windows_.settle(taken, used, now_())) counters_.expired_settles.add();
}

}  // namespace weir::store
