// The queue of settles: found by window, merged where window, second and epoch are the same, bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "store/batch.hpp"

namespace weir::store {

// A FIFO and a hash table by window over one pool. Every operation is O(1), without an allocation once the
// pool has grown. Not thread-safe.
class settle_queue {
 public:
  explicit settle_queue(std::size_t most) : most_(most), buckets_(min_buckets, none) {}

  // Adds a settle, or merges it into one of the same window, second and epoch. False where the queue was full
  // and the oldest settle was dropped.
  bool add(const settlement& s, steady_time now);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // The oldest settle; nullptr where there is none.
  const settlement* front() const { return first_ == none ? nullptr : &nodes_[first_].what; }
  steady_time front_since() const { return nodes_[first_].since; }
  void pop_front() { remove(first_); }
  // Any settle of this window; nullptr where there is none.
  const settlement* find(const window_ref& window) const;
  // Removes the settle that find() has just returned for the same window.
  void pop(const window_ref& window) { remove(index_of(window)); }

 private:
  static constexpr std::uint32_t none = 0xffff'ffff;
  static constexpr std::size_t min_buckets = 64;

  struct node {
    settlement what;
    steady_time since;
    std::uint32_t older, newer;  // in the FIFO
    std::uint32_t next;          // in its hash bucket, or in the list of free nodes
  };

  std::uint32_t& bucket_of(const window_ref& window);
  std::uint32_t index_of(const window_ref& window) const;
  bool merge(const settlement& s);
  std::uint32_t free_node();
  void remove(std::uint32_t at);
  void grow();

  std::size_t most_, size_ = 0;
  std::vector<node> nodes_;
  std::vector<std::uint32_t> buckets_;  // a power of two
  std::uint32_t first_ = none, last_ = none, free_ = none;
};

}  // namespace weir::store
