// The progress of a run on stderr: a line that is rewritten on a terminal, otherwise a line every 5 s.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/counter.hpp"

namespace weir::load {

// The progress of one event loop, which writes it; the control thread reads it.
struct live_counters {
  counter responses, admitted, throttled, failed;
};

struct live_sums {
  std::uint64_t responses = 0, admitted = 0, throttled = 0, failed = 0;
  void add(const live_counters& c);
};

// Decides what to write and when; the caller writes it. Pure.
class progress {
 public:
  progress(bool terminal, double duration_s) : terminal_(terminal), duration_s_(duration_s) {}

  // Returns the bytes to write to stderr at this moment of the run; no value where nothing is due.
  std::optional<std::string> at(double elapsed_s, const live_sums& now);
  // Returns the bytes that clear the line, so that the report begins on an empty one.
  std::string end() const { return terminal_ && last_s_ > 0 ? "\r\x1b[K" : ""; }

 private:
  static constexpr double terminal_period_s = 0.25, log_period_s = 5;

  bool terminal_;
  double duration_s_;
  double last_s_ = 0;
  live_sums last_;
};

}  // namespace weir::load
