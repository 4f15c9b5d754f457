#include "load/window_sweep.hpp"

#include <algorithm>

namespace weir::load {

void window_sweep::add(std::int64_t begin, std::int64_t end, const limit::amounts& used,
                       const limit::limits& most) {
  leave_before(end - window_, most);
  if (end - begin > window_) return;
  const counted c{begin, used};
  enter(c);
  for (const limit::metric m : limit::all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    window_finding& found = findings_[i];
    found.largest = std::max(found.largest, sums_[i]);
    const bool above = most[m] != limit::limits::unlimited && sums_[i] > most[m];
    if (above && !above_[i]) ++found.over_windows;
    above_[i] = above;
  }
}

// Removes them one by one, so that a window that goes below its limit between two admissions and above it
// again counts twice.
void window_sweep::leave_before(std::int64_t begin, const limit::limits& most) {
  while (!inside_.empty() && inside_.front().begin < begin) {
    for (const limit::metric m : limit::all_metrics) {
      const auto i = static_cast<std::size_t>(m);
      sums_[i] -= inside_.front().used[m];
      if (sums_[i] <= most[m]) above_[i] = false;
    }
    inside_.pop_front();
  }
}

void window_sweep::enter(const counted& c) {
  auto position = inside_.end();
  while (position != inside_.begin() && std::prev(position)->begin > c.begin) --position;
  inside_.insert(position, c);
  for (const limit::metric m : limit::all_metrics) sums_[static_cast<std::size_t>(m)] += c.used[m];
}

}  // namespace weir::load
