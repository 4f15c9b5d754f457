// Settles that wait for company: found by window, merged where one charge's second is the same, bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "store/batch.hpp"

namespace weir {

// FIFO and a hash table by window over one pool. O(1) each, and no allocation once the pool has grown. Not
// thread-safe.
class settle_queue {
 public:
  explicit settle_queue(std::size_t most) : most_(most), buckets_(min_buckets, none) {}

  // Adds, or merges into one of the same window, second and epoch. False: the oldest had to go, for the queue
  // was full.
  bool add(const settlement& s, steady_time now);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // The oldest; nullptr if there is none.
  const settlement* front() const { return first_ == none ? nullptr : &nodes_[first_].what; }
  steady_time front_since() const { return nodes_[first_].since; }
  void pop_front() { remove(first_); }
  // Any one of this window; nullptr if there is none.
  const settlement* find(const window_ref& window) const;
  // Removes the one that find() has just returned for the same window.
  void pop(const window_ref& window) { remove(index_of(window)); }

 private:
  static constexpr std::uint32_t none = 0xffff'ffff;
  static constexpr std::size_t min_buckets = 64;

  struct node {
    settlement what;
    steady_time since;
    std::uint32_t older, newer;  // in the FIFO
    std::uint32_t next;          // in its bucket, or in the list of free nodes
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

}  // namespace weir
