// The two clocks of the project. Time is an argument nearly everywhere: only http, redis, node, load and the
// Redis store read a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace weir {

// Deadlines and durations inside this process.
using steady_time = std::chrono::steady_clock::time_point;
using std::chrono::microseconds;

// A moment of the store's clock, in microseconds since 1970. Windows are judged by this clock alone.
struct store_time {
  std::int64_t us = 0;

  std::uint32_t second() const { return static_cast<std::uint32_t>(us / 1'000'000); }
  friend auto operator<=>(const store_time&, const store_time&) = default;
};

}  // namespace weir
