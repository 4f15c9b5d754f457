#include "load/audit_feed.hpp"

#include <algorithm>

namespace weir::load {

void audit_feed::add(std::size_t loop, const audit_batch& batch) {
  for (const limits_seen& s : batch.seen) audit_.set_limits(s.node, s.key, s.policy);
  waiting_.insert(waiting_.end(), batch.admissions.begin(), batch.admissions.end());
  complete_to_ns_[loop] = batch.complete_to_ns;
  drain();
}

void audit_feed::drain() {
  const std::int64_t complete_to_ns = *std::min_element(complete_to_ns_.begin(), complete_to_ns_.end());
  const auto by_time_received = [](const admission& a, const admission& b) {
    return a.received_ns < b.received_ns;
  };
  const auto rest = std::partition(waiting_.begin(), waiting_.end(),
                                   [&](const admission& a) { return a.received_ns < complete_to_ns; });
  std::sort(waiting_.begin(), rest, by_time_received);
  for (auto a = waiting_.begin(); a != rest; ++a) audit_.add(*a);
  waiting_.erase(waiting_.begin(), rest);
}

}  // namespace weir::load
