// Merges the logs of several event loops into one order while they run, so that the audit's memory stays
// bounded. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "load/audit.hpp"

namespace weir::load {

// The limits that a node names for a key, where they differ from those that it named before.
struct limits_seen {
  std::uint32_t node = 0, key = 0;
  policy_header policy;
};

// The log of one loop since its last batch.
struct audit_batch {
  std::vector<limits_seen> seen;
  std::vector<admission> admissions;  // in order of received_ns
  std::int64_t complete_to_ns = 0;    // later batches of this loop hold no admission received before this
};

class audit_feed {
 public:
  // The complete_to_ns of a loop's last batch.
  static constexpr std::int64_t finished = std::numeric_limits<std::int64_t>::max();

  audit_feed(audit& to, std::size_t loops) : audit_(to), complete_to_ns_(loops, 0) {}

  // Keeps the batch of `loop`, and passes to the audit everything that no other loop can precede.
  void add(std::size_t loop, const audit_batch& batch);

  std::size_t waiting() const { return waiting_.size(); }

 private:
  void drain();

  audit& audit_;
  std::vector<std::int64_t> complete_to_ns_;
  std::vector<admission> waiting_;
};

}  // namespace weir::load
