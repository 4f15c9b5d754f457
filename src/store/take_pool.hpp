// The takes that are under way: where each stands, and the queue of those that wait for a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "limit/verdict.hpp"

namespace weir {

// Names a take for as long as it is under way; afterwards it names nothing, even where its slot is used
// again.
struct take_id {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const take_id&, const take_id&) = default;
};

// Slots with generations, and a doubly linked queue through them. No allocation once it has grown. Not
// thread-safe.
class take_pool {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  enum class place : std::uint8_t {
    free,
    queued,
    in_flight,
    abandoned,  // in flight, but nobody waits for it any more
  };

  struct entry {
    charge asked;
    steady_time deadline, since;
    std::uint32_t generation = 0, before = none, after = none;
    place where = place::free;
  };

  // A new take at the end of the queue.
  take_id add(const charge& asked, steady_time deadline, steady_time now);
  entry& operator[](std::uint32_t slot) { return entries_[slot]; }
  // nullptr once it is released.
  entry* find(take_id id);

  std::size_t queued() const { return queued_; }
  std::uint32_t front() const { return front_; }
  // Takes it out of the queue: in flight, or released.
  void unlink(std::uint32_t slot, place to);
  // From in flight back to the queue's front.
  void requeue(std::uint32_t slot);
  void release(std::uint32_t slot);

 private:
  std::vector<entry> entries_;
  std::uint32_t front_ = none, back_ = none, free_ = none;
  std::size_t queued_ = 0;
};

}  // namespace weir
