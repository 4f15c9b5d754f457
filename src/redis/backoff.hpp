// The wait before the next attempt to connect: doubling, with jitter, so that many nodes do not come back at
// the same moment.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace weir::redis {

// The n-th wait is drawn uniformly from the upper half of min(first * 2^n, longest).
class backoff {
 public:
  using duration = std::chrono::microseconds;

  backoff(duration first, duration longest, std::uint64_t seed)
      : first_(first), longest_(longest), random_(seed) {}

  duration next() {
    const duration most = std::min<duration>(longest_, first_ * (1LL << std::min(tries_, 20)));
    ++tries_;
    std::uniform_int_distribution<duration::rep> any(most.count() / 2, most.count());
    return duration(any(random_));
  }
  void reset() { tries_ = 0; }

 private:
  duration first_, longest_;
  int tries_ = 0;
  std::mt19937_64 random_;
};

}  // namespace weir::redis
