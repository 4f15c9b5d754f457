#include "cli/speed.hpp"

#include <algorithm>
#include <ctime>

namespace weir::cli {
namespace {

double thread_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

speed measure(const tokens::encoding& encoding, std::span<const std::string_view> chunks,
              tokens::token_cache& cache) {
  std::size_t bytes = 0;
  for (const auto chunk : chunks) bytes += chunk.size();
  speed result;
  for (int pass = 0; pass <= warm_passes; ++pass) {
    const double start = thread_seconds();
    result.tokens = 0;
    for (const auto chunk : chunks) result.tokens += encoding.count(chunk, cache);
    const double seconds = std::max(thread_seconds() - start, 1e-9);
    const double rate = static_cast<double>(bytes) / seconds / 1e6;
    if (pass == 0)
      result.first_mb_per_second = rate;
    else
      result.best_mb_per_second = std::max(result.best_mb_per_second, rate);
  }
  return result;
}

}  // namespace weir::cli
