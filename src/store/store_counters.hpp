// The counters of one worker's store. The worker writes them; scrapes, health and readiness read them.
#pragma once

#include <array>
#include <span>

#include "base/counter.hpp"
#include "base/metric_set.hpp"
#include "store/store.hpp"

namespace weir::store {

// Bounds in microseconds.
inline constexpr histogram_counter<12>::bounds take_latency_bounds_us{
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000};
inline constexpr histogram_counter<7>::bounds batch_operations_bounds{1, 2, 4, 8, 16, 32, 64};

struct store_counters {
  store_health health;

  histogram_counter<12> take_latency_us{take_latency_bounds_us};   // from take() to its decision or error
  histogram_counter<7> batch_operations{batch_operations_bounds};  // operations of one call to Redis
  std::array<counter, store_error_count> errors{};                 // takes without a decision, by store_error
  counter queued_takes;                                            // gauge: takes that wait for a batch
  counter queued_settles;                                          // gauge: settles that wait for a batch
  counter connections;                                             // gauge: 1 while connected
  counter reconnects;                                              // connections made after the first
  counter unanswered_takes;  // takes that were sent and got no reply: they stay charged until they leave the
                             // window
  counter refunded_takes;    // takes whose decision came after their deadline: refunded whole
  counter dropped_settles;   // settles that could not be delivered (full queue, no reply, no connection)
  counter expired_settles;   // settles that came after their second had left the window, or for another epoch

  void count_error(store_error e) { errors[static_cast<std::size_t>(e)].add(); }
};

// Adds the weir_store_* families, summed over the workers, of which there is at least one.
void add_metrics(metric_set& out, std::span<const store_counters* const> workers);

}  // namespace weir::store
