// How far a run is, on stderr: a line that rewrites itself on a terminal, a line every 5 s elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/cell.hpp"

namespace weir::load {

// What one event loop tells while it runs: it writes, the control thread reads.
struct live_cells {
  cell answered, admitted, throttled, failed;
};

struct live_sums {
  std::uint64_t answered = 0, admitted = 0, throttled = 0, failed = 0;
  void add(const live_cells& c);
};

// Decides when to write what; the caller writes it. Pure.
class progress {
 public:
  progress(bool terminal, double duration_s) : terminal_(terminal), duration_s_(duration_s) {}

  // The bytes for stderr at this moment of the run, if any are due.
  std::optional<std::string> at(double elapsed_s, const live_sums& now);
  // Clears the line, so that the report begins on a clean one.
  std::string end() const { return terminal_ && last_s_ > 0 ? "\r\x1b[K" : ""; }

 private:
  static constexpr double terminal_period_s = 0.25, log_period_s = 5;

  bool terminal_;
  double duration_s_;
  double last_s_ = 0;
  live_sums last_;
};

}  // namespace weir::load
