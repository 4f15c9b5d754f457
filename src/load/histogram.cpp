#include "load/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace weir::load {

std::int64_t histogram::percentile(double percent) const {
  if (total_ == 0) return 0;
  const double rank = std::ceil(percent / 100 * static_cast<double>(total_));
  const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(rank, 1.0)), 1, total_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return middle_of(i);
  }
  return longest;
}

std::int64_t histogram::middle_of(std::size_t index) {
  const auto i = static_cast<std::int64_t>(index);
  if (i < steps) return i;
  const auto octave = static_cast<unsigned>(i >> step_bits);
  const std::int64_t width = std::int64_t{1} << (octave - 1);
  return ((i & (steps - 1)) + steps) * width + width / 2;
}

}  // namespace weir::load
