// The report as one JSON object, in the shape that scripts and tests read.
#include <algorithm>

#include "base/json_escape.hpp"
#include "load/report.hpp"
#include "load/text_table.hpp"
#include "openai/api_error.hpp"

namespace weir::load {
namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  append_json_escaped(json, text);
  return json + "\"";
}

// {"requests": ..., "input_tokens": ..., "output_tokens": ...} with value_of(metric).
template <class F>
std::string by_metric(F&& value_of) {
  std::string json = "{";
  for (const limit::metric m : limit::all_metrics) {
    if (json.size() > 1) json += ", ";
    json += quoted(name(m)) + ": " + value_of(m);
  }
  return json + "}";
}

template <class Range, class F>
std::string list(const Range& range, F&& json_of_item) {
  std::string json = "[";
  std::size_t i = 0;
  for (const auto& item : range) {
    json += i == 0 ? "\n    " : ",\n    ";
    json += json_of_item(item, i++);
  }
  return json + (i == 0 ? "]" : "\n  ]");
}

std::string latency(const histogram& h) {
  const auto ms = [&](double percent) {
    return h.count() == 0 ? "null" : fixed(static_cast<double>(h.percentile(percent)) / 1e6, 3);
  };
  return R"({"p50": )" + ms(50) + R"(, "p95": )" + ms(95) + R"(, "p99": )" + ms(99) + "}";
}

std::string node_json(const node_info& info, const node_tally& t) {
  const auto throttled = [&](limit::metric m) {
    return std::to_string(t.totals.throttled[static_cast<std::size_t>(m)]);
  };
  return R"({"url": )" + quoted(info.url) + R"(, "node_id": )" + quoted(info.node_id) + R"(, "sent": )" +
         std::to_string(t.totals.sent) + R"(, "admitted": )" + std::to_string(t.totals.admitted) +
         R"(, "throttled": )" + by_metric(throttled) + R"(, "errors": )" + std::to_string(t.errors()) +
         R"(, "latency_ms": )" + latency(t.latency_ns) + "}";
}

// The node of an embedded store where the same key was audited in another store too; otherwise empty.
std::string node_of(const run_report& r, const audit_line& line) {
  const auto same_key = [&](const audit_line& other) { return other.key == line.key; };
  const auto on_store = [&](const node_info& n) { return n.store == line.store; };
  const auto node = std::find_if(r.nodes.begin(), r.nodes.end(), on_store);
  const bool alone = std::count_if(r.audited.begin(), r.audited.end(), same_key) < 2;
  if (alone || node == r.nodes.end() || node->store_kind == "redis") return "";
  return R"("node": )" + quoted(node->url) + ", ";
}

// One object for each key and store. A limit of null is unlimited, or no node named one. A largest window of
// null was not computed, because no node named W.
std::string key_json(const run_report& r, const audit_line& line) {
  const auto limit = [&](limit::metric m) {
    const bool known = line.policy.has_limits() && line.policy.limits[m] != limit::limits::unlimited;
    return known ? std::to_string(line.policy.limits[m]) : std::string("null");
  };
  const auto largest = [&](limit::metric m) {
    const auto i = static_cast<std::size_t>(m);
    if (!line.policy.has_limits()) return std::string("null");
    return std::to_string(std::max(line.by_own_clock[i].largest, line.by_second[i].largest));
  };
  return R"({"key_id": )" + quoted(r.keys[line.key].id) + ", " + node_of(r, line) + R"("limits": )" +
         by_metric(limit) + R"(, "largest_window": )" + by_metric(largest) + "}";
}

}  // namespace

std::string json_of(const run_report& r) {
  const auto node = [&](const node_info& info, std::size_t i) { return node_json(info, r.counted.nodes[i]); };
  const auto key = [&](const audit_line& line, std::size_t) { return key_json(r, line); };
  return "{\n  \"requests_per_second\": " + fixed(r.requests_per_second(), 1) +
         ",\n  \"audited\": " + (r.audited_anything() ? "true" : "false") +
         ",\n  \"over_admitted\": " + std::to_string(r.over_admitted()) +
         ",\n  \"nodes\": " + list(r.nodes, node) + ",\n  \"keys\": " + list(r.audited, key) + "\n}\n";
}

}  // namespace weir::load
