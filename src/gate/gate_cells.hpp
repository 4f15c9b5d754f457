// What one worker's gate counts; the control thread sums the workers at scrape.
#pragma once

#include <array>

#include "base/cell.hpp"
#include "limit/amounts.hpp"

namespace weir {

// Every chat request that reached the gate ends in exactly one of: unauthenticated, invalid, unread,
// admitted, rejected, never_fits, or an outage (store_cells.outages).
struct gate_cells {
  cell unauthenticated;  // no key, or a wrong one
  cell invalid;          // not a chat request
  cell unread;           // the body could not be read, or not before this node stops
  cell admitted;
  std::array<cell, metric_count> rejected{};    // by the metric that frees up last
  std::array<cell, metric_count> never_fits{};  // asks more than the limit
  cell outages;                                 // takes without a verdict

  cell apart_reads;    // bodies so large that they were read in the reading room
  cell sliced_counts;  // requests so large that they were counted in slices
  cell spared_counts;  // and such that were refused uncounted, since their key was known to be refused
  cell input_tokens;   // of admitted requests
  cell reserved_output_tokens;  // taken before they existed
  cell output_tokens;           // produced
  cell upstream_failures;       // admitted, but no completion
};

}  // namespace weir
