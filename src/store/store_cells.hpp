// What one worker's store counts; the control thread sums the workers at scrape.
#pragma once

#include <array>
#include <atomic>

#include "base/cell.hpp"
#include "store/store.hpp"

namespace weir {

// Bounds in microseconds.
inline constexpr histogram_cell<12>::bounds store_latency_bounds_us{
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000};
inline constexpr histogram_cell<7>::bounds batch_size_bounds{1, 2, 4, 8, 16, 32, 64};

// Where a worker's store stands; health and readiness read it.
enum class store_state : std::uint8_t {
  connecting,  // not reached yet
  up,
  down,      // was reached, is not now
  mismatch,  // reached, but used with other settings: refuses to serve
};

struct store_cells {
  std::atomic<store_state> state{store_state::connecting};
  std::atomic<bool> reached_once{false};

  histogram_cell<12> take_latency_us{store_latency_bounds_us};  // from take() to its verdict or outage
  histogram_cell<7> batch_size{batch_size_bounds};              // operations of a call to Redis
  std::array<cell, 6> outages{};                                // takes that got no verdict, by outage
  cell queued;                                                  // gauge: takes waiting for a batch
  cell queued_settles;                                          // gauge: settles waiting for a batch
  cell connections;                                             // gauge: 1 while connected
  cell reconnects;                                              // connections made after the first
  cell unanswered_charges;  // takes sent whose reply never came: they stay charged until they run out
  cell returned_charges;    // takes answered after their caller had left: given back whole
  cell lost_settles;  // settles dropped (queue full, no reply, no connection): the reservation stays until it
                      // runs out
  cell late_settles;  // settles that came after their window had moved on or was made anew
};

}  // namespace weir
