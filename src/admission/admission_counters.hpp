// The counters of one worker's limiter.
#pragma once

#include <array>
#include <span>

#include "base/counter.hpp"
#include "base/metric_set.hpp"
#include "limit/amounts.hpp"

namespace weir::admission {

struct admission_counters {
  counter admitted;
  std::array<counter, limit::metric_count> rejected{};       // by the metric that frees up last
  std::array<counter, limit::metric_count> exceeds_limit{};  // by the metric whose limit is too small
  counter input_tokens;                                      // of admitted requests
  counter reserved_output_tokens;                            // of admitted requests, before they are produced
  counter produced_output_tokens;                            // at the end of admitted requests
};

// Adds the families of decisions and tokens, summed over the workers, of which there is at least one.
void add_metrics(metric_set& out, std::span<const admission_counters* const> workers);

}  // namespace weir::admission
