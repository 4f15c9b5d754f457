// The schedule of an open loop: requests start at a constant rate, spread evenly over the event loops. Pure.
#pragma once

#include <cmath>
#include <cstdint>

namespace weir::load {

// The schedule of one of `loops` event loops. Request k of loop i is due (k * loops + i) / rate
// after the run began, however slow the responses are. Latency counts from there, so that a node cannot hide
// its queue (coordinated omission).
class pacer {
 public:
  pacer(double rate_per_second, std::uint32_t loops, std::uint32_t loop)
      : step_ns_(1e9 * loops / rate_per_second), first_ns_(1e9 * loop / rate_per_second) {}

  // Returns the nanoseconds after the beginning of the run at which request `sent` (from 0) is due.
  std::int64_t due_ns(std::uint64_t sent) const {
    return static_cast<std::int64_t>(first_ns_ + step_ns_ * static_cast<double>(sent));
  }
  // Returns the wait before request `sent`, `elapsed_ns` into the run; 0 where it is due or late.
  std::int64_t wait_ns(std::int64_t elapsed_ns, std::uint64_t sent) const {
    const std::int64_t due = due_ns(sent);
    return due > elapsed_ns ? due - elapsed_ns : 0;
  }
  // Returns the number of requests that are due before this moment of the run.
  std::uint64_t starts_before(std::int64_t elapsed_ns) const {
    const double steps = std::ceil((static_cast<double>(elapsed_ns) - first_ns_) / step_ns_);
    return steps > 0 ? static_cast<std::uint64_t>(steps) : 0;
  }
  // Returns true where request `sent`, started at this moment, starts late enough to be reported.
  bool late(std::int64_t elapsed_ns, std::uint64_t sent) const { return elapsed_ns - due_ns(sent) > late_ns; }

  // More than the delays of timers and of scheduling on an idle machine.
  static constexpr std::int64_t late_ns = 5'000'000;

 private:
  double step_ns_, first_ns_;  // a double counts nanoseconds exactly for 104 days
};

}  // namespace weir::load
