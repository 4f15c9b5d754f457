// The counters of one worker's API.
#pragma once

#include <array>
#include <span>

#include "api/router.hpp"
#include "base/counter.hpp"
#include "base/metric_set.hpp"
#include "upstream/upstream.hpp"

namespace weir::api {

// Every chat request ends in exactly one of: unauthenticated, invalid, body_unavailable, store_error, or a
// decision (admission_counters).
struct api_counters {
  std::array<counter, endpoint_count> requests{};  // by endpoint

  counter unauthenticated;   // no key, or a wrong one
  counter invalid;           // not a chat request
  counter body_unavailable;  // the body could not be read, or the node stopped before it was read or counted
  counter store_error;       // the store gave no decision

  counter offloaded_body_reads;  // bodies that were parsed on the parse thread because of their size
  counter chunked_token_counts;  // requests whose tokens were counted in chunks because of their size
  counter token_counts_skipped;  // large requests that were rejected without a count (rejection_cache)

  // Admitted requests without a completion, by upstream_error.
  std::array<counter, upstream::upstream_error_count> upstream_errors{};
};

// Adds the families of requests, summed over the workers, of which there is at least one.
void add_metrics(metric_set& out, std::span<const api_counters* const> workers);

}  // namespace weir::api
