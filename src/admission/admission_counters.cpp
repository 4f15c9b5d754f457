#include "admission/admission_counters.hpp"

#include <string>
#include <utility>
#include <vector>

namespace weir::admission {

void add_metrics(metric_set& out, std::span<const admission_counters* const> workers) {
  const auto sum = [&](auto get) {
    return sum_of(workers, [&](const admission_counters& w) { return get(w).get(); });
  };
  const auto sample = [](std::string_view decision, std::string_view limit, std::uint64_t value) {
    return metric_sample{{{"decision", std::string(decision)}, {"limit", std::string(limit)}},
                         static_cast<double>(value)};
  };
  std::vector<metric_sample> decisions{
      sample("admitted", "none", sum([](const auto& w) -> auto& { return w.admitted; }))};
  for (const limit::metric m : limit::all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    decisions.push_back(
        sample("rejected", name(m), sum([&](const auto& w) -> auto& { return w.rejected[i]; })));
    decisions.push_back(
        sample("exceeds_limit", name(m), sum([&](const auto& w) -> auto& { return w.exceeds_limit[i]; })));
  }
  out.counter("weir_decisions_total",
              "Decisions on requests; for requests that were not admitted, limit names the limit that stood "
              "in the way.",
              std::move(decisions));
  out.counter("weir_input_tokens_total", "Input tokens of admitted requests.",
              sum([](const auto& w) -> auto& { return w.input_tokens; }));
  out.counter("weir_output_tokens_reserved_total",
              "Output tokens that admitted requests reserved before they were produced.",
              sum([](const auto& w) -> auto& { return w.reserved_output_tokens; }));
  out.counter("weir_output_tokens_produced_total", "Output tokens that were produced for admitted requests.",
              sum([](const auto& w) -> auto& { return w.produced_output_tokens; }));
}

}  // namespace weir::admission
