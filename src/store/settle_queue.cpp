#include "store/settle_queue.hpp"

#include <functional>

namespace weir::store {
namespace {

// Adds both amounts of `s` to those of `to`. False where one would overflow, or where a surplus, which is
// charged to the present second, would be offset against a refund of the charged second.
bool merge_into(settlement& to, const settlement& s) {
  for (const limit::metric m : limit::all_metrics) {
    if (to.reserved[m] > ~s.reserved[m] || to.used[m] > ~s.used[m]) return false;
    if ((to.used[m] > to.reserved[m] && s.used[m] < s.reserved[m]) ||
        (to.used[m] < to.reserved[m] && s.used[m] > s.reserved[m]))
      return false;
  }
  for (const limit::metric m : limit::all_metrics) {
    to.reserved[m] += s.reserved[m];
    to.used[m] += s.used[m];
  }
  return true;
}

}  // namespace

std::uint32_t& settle_queue::bucket_of(const window_ref& window) {
  return buckets_[std::hash<scope_id>{}(window.id) & (buckets_.size() - 1)];
}

std::uint32_t settle_queue::index_of(const window_ref& window) const {
  std::uint32_t at = buckets_[std::hash<scope_id>{}(window.id) & (buckets_.size() - 1)];
  while (at != none && nodes_[at].what.window != window) at = nodes_[at].next;
  return at;
}

const settlement* settle_queue::find(const window_ref& window) const {
  const std::uint32_t at = size_ == 0 ? none : index_of(window);
  return at == none ? nullptr : &nodes_[at].what;
}

bool settle_queue::merge(const settlement& s) {
  for (std::uint32_t at = bucket_of(s.window); at != none; at = nodes_[at].next) {
    settlement& other = nodes_[at].what;
    if (other.second == s.second && other.epoch == s.epoch && other.window == s.window &&
        merge_into(other, s))
      return true;
  }
  return false;
}

std::uint32_t settle_queue::free_node() {
  if (free_ == none) {
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  const std::uint32_t at = free_;
  free_ = nodes_[at].next;
  return at;
}

bool settle_queue::add(const settlement& s, steady_time now) {
  if (merge(s)) return true;
  const bool full = size_ == most_;
  if (full) pop_front();
  if (size_ == buckets_.size()) grow();
  const std::uint32_t at = free_node();
  std::uint32_t& bucket = bucket_of(s.window);
  nodes_[at] = {s, now, last_, none, bucket};
  bucket = at;
  (last_ == none ? first_ : nodes_[last_].newer) = at;
  last_ = at;
  ++size_;
  return !full;
}

void settle_queue::remove(std::uint32_t at) {
  node& gone = nodes_[at];
  std::uint32_t* link = &bucket_of(gone.what.window);
  while (*link != at) link = &nodes_[*link].next;
  *link = gone.next;
  (gone.older == none ? first_ : nodes_[gone.older].newer) = gone.newer;
  (gone.newer == none ? last_ : nodes_[gone.newer].older) = gone.older;
  gone.next = free_;
  free_ = at;
  --size_;
}

void settle_queue::grow() {
  buckets_.assign(buckets_.size() * 2, none);
  for (std::uint32_t at = first_; at != none; at = nodes_[at].newer) {
    std::uint32_t& bucket = bucket_of(nodes_[at].what.window);
    nodes_[at].next = bucket;
    bucket = at;
  }
}

}  // namespace weir::store
