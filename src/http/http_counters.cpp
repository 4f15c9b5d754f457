#include "http/http_counters.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir::http {
namespace {

using workers_view = std::span<const http_counters* const>;

// The codes that a node uses; their series exist from the start.
constexpr std::array<std::size_t, 16> usual_codes{200, 400, 401, 404, 405, 408, 413, 415,
                                                  417, 429, 431, 500, 502, 503, 504, 505};

std::vector<metric_sample> responses_by_code(workers_view workers) {
  std::vector<metric_sample> responses;
  for (std::size_t i = 0; i < std::tuple_size_v<decltype(http_counters::responses)>; ++i) {
    const std::uint64_t n = sum_of(workers, [&](const http_counters& w) { return w.responses[i].get(); });
    const std::size_t code = 100 + i;
    const bool usual = std::find(usual_codes.begin(), usual_codes.end(), code) != usual_codes.end();
    if (n > 0 || usual) responses.push_back({{{"code", std::to_string(code)}}, static_cast<double>(n)});
  }
  return responses;
}

std::vector<metric_sample> errors_by_reason(workers_view workers) {
  std::vector<metric_sample> errors;
  for (std::size_t i = 0; i < request_error_count; ++i) {
    const std::uint64_t n = sum_of(workers, [&](const http_counters& w) { return w.errors[i].get(); });
    errors.push_back(
        {{{"reason", std::string(name(static_cast<request_error>(i)))}}, static_cast<double>(n)});
  }
  return errors;
}

}  // namespace

void add_metrics(metric_set& out, std::span<const http_counters* const> workers) {
  const auto sum = [&](counter http_counters::* which) {
    return sum_of(workers, [&](const http_counters& w) { return (w.*which).get(); });
  };
  out.counter("weir_http_responses_total", "HTTP responses by status code.", responses_by_code(workers));
  out.counter("weir_http_request_errors_total", "HTTP requests or bodies that could not be read, by reason.",
              errors_by_reason(workers));
  out.counter("weir_http_handler_exceptions_total", "Requests that failed inside the node and got 500.",
              sum(&http_counters::handler_exceptions));
  out.histogram("weir_http_request_duration_seconds",
                "Time from the complete head of a request to its written response.",
                each_of(workers, [](const http_counters& w) { return &w.request_duration_us; }), 1e6);
  out.gauge("weir_http_connections", "Open client connections.",
            static_cast<double>(sum(&http_counters::connections)));
  out.gauge("weir_http_request_body_memory_bytes", "Memory in use for large request bodies.",
            static_cast<double>(sum(&http_counters::body_bytes_held)));
  out.counter("weir_http_connections_accepted_total", "Client connections that were accepted.",
              sum(&http_counters::accepted));
  out.counter("weir_http_accept_errors_total", "Client connections that could not be accepted.",
              sum(&http_counters::accept_errors));
  out.counter("weir_http_received_bytes_total", "Bytes received from clients.",
              sum(&http_counters::bytes_in));
  out.counter("weir_http_sent_bytes_total", "Bytes sent to clients.", sum(&http_counters::bytes_out));
}

}  // namespace weir::http
