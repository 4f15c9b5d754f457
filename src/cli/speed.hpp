// Measures the speed of counting in megabytes a second of this thread, for a first pass and for warm caches.
#pragma once

#include <span>
#include <string_view>

#include "tokens/encodings.hpp"

namespace weir::cli {

struct speed {
  std::uint64_t tokens = 0;
  double first_mb_per_second = 0;
  double best_mb_per_second = 0;
};

inline constexpr std::size_t chunk_characters = 4000;
inline constexpr int warm_passes = 5;

// Uses the processor time of this thread, so that a busy machine distorts it less. The cache should be new
// for a first pass.
speed measure(const tokens::encoding& encoding, std::span<const std::string_view> chunks,
              tokens::token_cache& cache);

}  // namespace weir::cli
