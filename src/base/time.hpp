// The two clocks of the house. Time is always an argument: only the edge (http, node, load) reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace weir {

// Deadlines and durations inside this process.
using steady_time = std::chrono::steady_clock::time_point;
using std::chrono::microseconds;

// The store's clock: microseconds since 1970. Windows are judged by it alone.
struct store_time {
  std::int64_t us = 0;

  std::uint32_t second() const { return static_cast<std::uint32_t>(us / 1'000'000); }
  friend auto operator<=>(const store_time&, const store_time&) = default;
};

}  // namespace weir
