// What one worker's connections count; the control thread sums the workers at scrape.
#pragma once

#include <array>

#include "base/cell.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// Microseconds: OpenTelemetry's advice for http.server.request.duration (5 ms .. 10 s), and finer below it.
inline constexpr histogram_cell<19>::bounds request_duration_bounds_us{
    100,     250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,    50'000,    75'000,
    100'000, 250'000, 500'000, 750'000, 1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000};

inline constexpr std::size_t refusal_count = static_cast<std::size_t>(refusal::disconnected) + 1;

struct http_cells {
  cell connections;  // gauge: open now
  cell accepted;     // connections accepted, refused ones among them
  cell accept_errors;
  cell requests;                              // heads read whole
  std::array<cell, refusal_count> refused{};  // by refusal: not a request, or its body could not be read
  std::array<cell, 500> answers{};            // by status - 100
  cell handler_failures;                      // handlers that threw: answered 500
  cell bytes_in;
  cell bytes_out;
  cell body_bytes_held;                                                // gauge: of the body budget
  histogram_cell<19> request_duration_us{request_duration_bounds_us};  // head complete to answer written

  cell& refused_as(refusal why) { return refused[static_cast<std::size_t>(why)]; }
  cell& answered_with(unsigned status) { return answers[status >= 100 && status < 600 ? status - 100 : 400]; }
};

}  // namespace weir::http
