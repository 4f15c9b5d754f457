// The counters of one worker's connections.
#pragma once

#include <array>
#include <span>

#include "base/counter.hpp"
#include "base/metric_set.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// Microseconds: the bounds that OpenTelemetry recommends for http.server.request.duration (5 ms to 10 s), and
// finer ones below.
inline constexpr histogram_counter<19>::bounds request_duration_bounds_us{
    100,     250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,    50'000,    75'000,
    100'000, 250'000, 500'000, 750'000, 1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000};

struct http_counters {
  counter connections;  // gauge: open connections
  counter accepted;     // accepted connections, including those that were rejected at once
  counter accept_errors;
  std::array<counter, request_error_count>
      errors{};                          // requests or bodies that could not be read, by request_error
  std::array<counter, 500> responses{};  // by status - 100
  counter handler_exceptions;            // handlers that threw; the response was 500
  counter bytes_in;
  counter bytes_out;
  counter body_bytes_held;  // gauge: used bytes of the body budget
  histogram_counter<19> request_duration_us{request_duration_bounds_us};  // complete head to written response

  counter& error(request_error why) { return errors[static_cast<std::size_t>(why)]; }
  counter& responded_with(unsigned status) {
    return responses[status >= 100 && status < 600 ? status - 100 : 400];
  }
};

// Adds the weir_http_* families, summed over the workers, of which there is at least one.
void add_metrics(metric_set& out, std::span<const http_counters* const> workers);

}  // namespace weir::http
