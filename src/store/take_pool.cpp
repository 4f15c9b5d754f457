#include "store/take_pool.hpp"

#include <cassert>

namespace weir::store {

take_id take_pool::add(const limit::plan& asked, steady_time deadline, steady_time now) {
  std::uint32_t slot = free_;
  if (slot == none) {
    slot = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[slot].after;
  }
  entry& e = entries_[slot];
  e.asked = asked;
  e.deadline = deadline;
  e.since = now;
  e.where = state::queued;
  e.before = back_;
  e.after = none;
  (back_ == none ? front_ : entries_[back_].after) = slot;
  back_ = slot;
  ++queued_;
  return {slot, e.generation};
}

take_pool::entry* take_pool::find(take_id id) {
  if (id.slot >= entries_.size()) return nullptr;
  entry& e = entries_[id.slot];
  return e.where != state::free && e.generation == id.generation ? &e : nullptr;
}

void take_pool::unlink(std::uint32_t slot, state to) {
  entry& e = entries_[slot];
  assert(e.where == state::queued);
  (e.before == none ? front_ : entries_[e.before].after) = e.after;
  (e.after == none ? back_ : entries_[e.after].before) = e.before;
  --queued_;
  e.where = to;
  if (to == state::free) release(slot);
}

void take_pool::requeue(std::uint32_t slot) {
  entry& e = entries_[slot];
  e.where = state::queued;
  e.before = none;
  e.after = front_;
  (front_ == none ? back_ : entries_[front_].before) = slot;
  front_ = slot;
  ++queued_;
}

void take_pool::release(std::uint32_t slot) {
  entry& e = entries_[slot];
  e.where = state::free;
  ++e.generation;
  e.after = free_;
  free_ = slot;
}

}  // namespace weir::store
