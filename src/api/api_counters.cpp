#include "api/api_counters.hpp"

#include <string>
#include <utility>
#include <vector>

namespace weir::api {
namespace {

using workers_view = std::span<const api_counters* const>;

template <class Get>
std::uint64_t sum(workers_view workers, Get&& get) {
  return sum_of(workers, [&](const api_counters& w) { return get(w).get(); });
}

template <class Get>
metric_sample sample(std::string_view label, std::string_view value, workers_view workers, Get&& get) {
  return {{{std::string(label), std::string(value)}},
          static_cast<double>(sum(workers, std::forward<Get>(get)))};
}

void add_requests(metric_set& out, workers_view workers) {
  std::vector<metric_sample> requests;
  for (std::size_t i = 0; i < endpoint_count; ++i) {
    requests.push_back(sample("handler", name(static_cast<endpoint>(i)), workers,
                              [&](const auto& w) -> auto& { return w.requests[i]; }));
  }
  out.counter("weir_http_requests_total", "HTTP requests by handler; none: unknown URL or wrong method.",
              std::move(requests));
  out.counter(
      "weir_requests_without_decision_total", "Chat requests that ended before the limits were checked.",
      {sample("reason", "unauthenticated", workers, [](const auto& w) -> auto& { return w.unauthenticated; }),
       sample("reason", "invalid", workers, [](const auto& w) -> auto& { return w.invalid; }),
       sample("reason", "body_unavailable", workers,
              [](const auto& w) -> auto& { return w.body_unavailable; }),
       sample("reason", "store_error", workers, [](const auto& w) -> auto& { return w.store_error; })});
  std::vector<metric_sample> upstream_errors;
  for (std::size_t i = 0; i < upstream::upstream_error_count; ++i) {
    upstream_errors.push_back(sample("reason", name(static_cast<upstream::upstream_error>(i)), workers,
                                     [&](const auto& w) -> auto& { return w.upstream_errors[i]; }));
  }
  out.counter("weir_upstream_errors_total", "Admitted requests for which the upstream made no completion.",
              std::move(upstream_errors));
}

}  // namespace

void add_metrics(metric_set& out, std::span<const api_counters* const> workers) {
  add_requests(out, workers);
  out.counter("weir_offloaded_body_reads_total",
              "Request bodies that were parsed on the parse thread for their size.",
              sum(workers, [](const auto& w) -> auto& { return w.offloaded_body_reads; }));
  out.counter("weir_chunked_token_counts_total",
              "Requests whose input tokens were counted in chunks for their size.",
              sum(workers, [](const auto& w) -> auto& { return w.chunked_token_counts; }));
  out.counter("weir_token_counts_skipped_total",
              "Large requests that were rejected without a token count because their rejection was certain.",
              sum(workers, [](const auto& w) -> auto& { return w.token_counts_skipped; }));
}

}  // namespace weir::api
