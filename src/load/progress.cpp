#include "load/progress.hpp"

#include "load/text_table.hpp"

namespace weir::load {

void live_sums::add(const live_counters& c) {
  responses += c.responses.get();
  admitted += c.admitted.get();
  throttled += c.throttled.get();
  failed += c.failed.get();
}

std::optional<std::string> progress::at(double elapsed_s, const live_sums& now) {
  const double since_s = elapsed_s - last_s_;
  if (since_s < (terminal_ ? terminal_period_s : log_period_s)) return std::nullopt;
  const double rate = static_cast<double>(now.responses - last_.responses) / since_s;
  last_s_ = elapsed_s;
  last_ = now;
  const std::string line = fixed(elapsed_s, 0) + " of " + fixed(duration_s_, 0) +
                           " s: " + grouped(static_cast<std::uint64_t>(rate)) + " requests/s, admitted " +
                           grouped(now.admitted) + ", throttled " + grouped(now.throttled) + ", errors " +
                           grouped(now.failed);
  return terminal_ ? "\r\x1b[K" + line : line + "\n";
}

}  // namespace weir::load
