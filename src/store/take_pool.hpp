// The takes that are under way, with the state of each, and the queue of those that wait for a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "limit/decision.hpp"

namespace weir::store {

// Names a take while it is under way. Later it names nothing, even where its slot is used again.
struct take_id {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const take_id&, const take_id&) = default;
};

// Slots with generations, and a doubly linked queue through them. No allocation once the pool has grown. Not
// thread-safe.
class take_pool {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  enum class state : std::uint8_t {
    free,
    queued,
    in_flight,
    abandoned,  // in flight, but its waiter has gone
  };

  struct entry {
    limit::plan asked;
    steady_time deadline, since;
    std::uint32_t generation = 0, before = none, after = none;
    state where = state::free;
  };

  // Adds a take at the end of the queue.
  take_id add(const limit::plan& asked, steady_time deadline, steady_time now);
  entry& operator[](std::uint32_t slot) { return entries_[slot]; }
  // nullptr once it is released.
  entry* find(take_id id);

  std::size_t queued() const { return queued_; }
  std::uint32_t front() const { return front_; }
  // Removes it from the queue: it is in flight, or released.
  void unlink(std::uint32_t slot, state to);
  // Moves it from in flight back to the front of the queue.
  void requeue(std::uint32_t slot);
  void release(std::uint32_t slot);

 private:
  std::vector<entry> entries_;
  std::uint32_t front_ = none, back_ = none, free_ = none;
  std::size_t queued_ = 0;
};

}  // namespace weir::store
