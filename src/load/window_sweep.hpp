// The largest usage of any window of W, found by sliding it over everything that was admitted. Naive on
// purpose, and pure.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "limit/amounts.hpp"

namespace weir::load {

// What one metric came to.
struct window_finding {
  std::uint64_t largest = 0;  // the largest usage of any window
  std::uint64_t over_windows =
      0;  // distinct windows over the limit: how often the sliding window went above it
};

// An admission is an interval [begin, end] of some clock, in which the charge fell. The window is closed and
// W long:
//
//     [r - W ········································ r]      r slides to the right
//        begin ├──────────┤ end                                counted: begin >= r - W and end <= r
//
// so an admission counts while end <= r <= begin + W. Whatever moment of [begin, end] the charge had, all
// that is counted together was charged within W: a node that keeps its promise is never accused, however slow
// the network. What straddles an edge is not counted, which only ever favours the node. An admission that
// took longer than W is never counted.
//
// Memory: 24 bytes for each admission of the last W.
class window_sweep {
 public:
  // W in the clock's own unit.
  explicit window_sweep(std::int64_t window) : window_(window) {}

  // In order of `end`; `most` are the limits that hold now. Costs the admissions that began later but ended
  // earlier: few.
  void add(std::int64_t begin, std::int64_t end, const amounts& used, const limits& most);

  std::int64_t window() const { return window_; }
  const std::array<window_finding, metric_count>& findings() const { return findings_; }

 private:
  struct counted {
    std::int64_t begin;
    amounts used;
  };

  void leave_before(std::int64_t begin, const limits& most);
  void enter(const counted& c);

  std::int64_t window_;
  std::deque<counted> inside_;  // sorted by begin: who leaves first stands first
  std::array<std::uint64_t, metric_count> sums_{};
  std::array<bool, metric_count> above_{};
  std::array<window_finding, metric_count> findings_{};
};

}  // namespace weir::load
