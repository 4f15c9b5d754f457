// Finds the largest usage of any window of W by sliding it over all admissions. Plain on purpose, and pure.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "limit/amounts.hpp"

namespace weir::load {

// The result for one metric.
struct window_finding {
  std::uint64_t largest = 0;       // the largest usage of any window
  std::uint64_t over_windows = 0;  // the number of times that the sliding window went above the limit
};

// An admission is an interval [begin, end] of some clock, in which the charge fell. The window is closed and
// W long:
//
//     [r - W ········································ r]      r slides to the right
//        begin ├──────────┤ end                                counted: begin >= r - W and end <= r
//
// so an admission counts while end <= r <= begin + W. All admissions that are counted together were charged
// within W, at whatever moment of [begin, end]. So a node that keeps its promise is never accused, however
// slow the network is. An admission that straddles an edge is not counted, which can only favour the node. An
// admission that took longer than W is never counted.
//
// Memory: 24 bytes for each admission of the last W.
class window_sweep {
 public:
  // W in the clock's own unit.
  explicit window_sweep(std::int64_t window) : window_(window) {}

  // Adds an admission; they must come in order of `end`. `most` are the present limits. Costs a step for each
  // admission that began later but ended earlier, which are few.
  void add(std::int64_t begin, std::int64_t end, const limit::amounts& used, const limit::limits& most);

  std::int64_t window() const { return window_; }
  const std::array<window_finding, limit::metric_count>& findings() const { return findings_; }

 private:
  struct counted {
    std::int64_t begin;
    limit::amounts used;
  };

  void leave_before(std::int64_t begin, const limit::limits& most);
  void enter(const counted& c);

  std::int64_t window_;
  std::deque<counted> inside_;  // sorted by begin, so the next one to leave comes first
  std::array<std::uint64_t, limit::metric_count> sums_{};
  std::array<bool, limit::metric_count> above_{};
  std::array<window_finding, limit::metric_count> findings_{};
};

}  // namespace weir::load
