// How fast texts are counted: megabytes a second of this thread, the first time and when all is warm.
#pragma once

#include <span>
#include <string_view>

#include "tokens/encodings.hpp"

namespace weir::count {

struct speed {
  std::uint64_t tokens = 0;
  double first_mb_per_second = 0;
  double best_mb_per_second = 0;
};

inline constexpr std::size_t chunk_characters = 4000;
inline constexpr int warm_passes = 5;

// By the processor time of this thread, so that a busy machine distorts it less. The memory should be new,
// for a first pass.
speed measure(const tokens::encoding& encoding, std::span<const std::string_view> chunks,
              tokens::encoding_memory& memory);

}  // namespace weir::count
