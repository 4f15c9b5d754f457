// Brings what several event loops logged into one order, while they run, so that the audit's memory stays
// bounded. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "load/audit.hpp"

namespace weir::load {

// A node named other limits for a key than before (or any for the first time).
struct naming {
  std::uint32_t node = 0, key = 0;
  policy named;
};

// What one loop logged since its last batch.
struct audit_batch {
  std::vector<naming> namings;
  std::vector<admission> admissions;  // in order of received_ns
  std::int64_t complete_to_ns = 0;    // no later batch of this loop holds an admission received before
};

class audit_feed {
 public:
  static constexpr std::int64_t finished =
      std::numeric_limits<std::int64_t>::max();  // complete_to_ns of a loop's last batch

  audit_feed(audit& to, std::size_t loops) : audit_(to), complete_to_ns_(loops, 0) {}

  // Keeps the batch of `loop`, and gives the audit what no loop can precede any more.
  void add(std::size_t loop, const audit_batch& batch);

  std::size_t waiting() const { return waiting_.size(); }

 private:
  void drain();

  audit& audit_;
  std::vector<std::int64_t> complete_to_ns_;
  std::vector<admission> waiting_;
};

}  // namespace weir::load
