#include "load/report.hpp"

#include <algorithm>

#include "load/text_table.hpp"

namespace weir::load {

std::uint64_t run_report::over_admitted() const {
  std::uint64_t sum = 0;
  for (const audit_line& line : audited) sum += line.over_admitted();
  return sum;
}

bool run_report::audited_anything() const {
  return std::any_of(audited.begin(), audited.end(),
                     [](const audit_line& line) { return line.policy.has_limits(); });
}

double run_report::requests_per_second() const {
  return seconds > 0 ? static_cast<double>(counted.all_nodes().totals.responses) / seconds : 0;
}

namespace {

using align = text_table::align;

// A loop that uses more than this share of a core measures itself and not the nodes.
constexpr double busy_loop = 0.8;
constexpr double many_late_starts = 0.01;  // as a share of all
constexpr std::size_t most_reasons = 3;    // in one line

std::string ms(const histogram& h, double percent) {
  return h.count() == 0 ? "-" : fixed(static_cast<double>(h.percentile(percent)) / 1e6, 2);
}

std::string count_of(std::uint64_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

// Short keys are masked whole; the beginning of the id distinguishes them.
std::string label(const key_info& key) { return key.masked + " " + key.id.substr(0, 8); }

std::string summary(const run_report& r, const node_tally& all) {
  std::string text = "weir load: " + fixed(r.seconds, 1) + " s" + (r.interrupted ? " (interrupted)" : "") +
                     ", " + count_of(r.nodes.size(), "node") + ", " + count_of(r.keys.size(), "key") + ", " +
                     count_of(r.loops, "loop") + " of " + std::to_string(r.concurrency) + " in flight, ";
  text += r.rate > 0 ? "open loop at " + fixed(r.rate, 1) + " requests/s\n" : "closed loop\n";
  text += "throughput: " + grouped(static_cast<std::uint64_t>(r.requests_per_second())) + " requests/s (" +
          grouped(all.totals.sent) + " sent, " + grouped(all.totals.admitted) + " admitted, " +
          grouped(all.totals.throttled_total()) + " throttled, " + grouped(all.errors()) + " errors)\n";
  return text;
}

std::vector<std::string> node_row(const std::string& url, const node_info& info, const node_tally& t) {
  std::vector<std::string> row{url, info.node_id, info.store_kind.empty() ? "?" : info.store_kind,
                               grouped(t.totals.sent), grouped(t.totals.admitted)};
  for (const std::uint64_t n : t.totals.throttled) row.push_back(grouped(n));
  row.push_back(grouped(t.errors()));
  for (const double percent : {50.0, 95.0, 99.0}) row.push_back(ms(t.latency_ns, percent));
  return row;
}

std::string node_table(const run_report& r, const node_tally& all) {
  text_table table({{"node", align::left},
                    {"node_id", align::left},
                    {"store", align::left},
                    {"sent"},
                    {"admitted"},
                    {"throttled: requests"},
                    {"input tokens"},
                    {"output tokens"},
                    {"errors"},
                    {"p50 ms"},
                    {"p95 ms"},
                    {"p99 ms"}});
  for (std::size_t i = 0; i < r.nodes.size(); ++i)
    table.add(node_row(r.nodes[i].url, r.nodes[i], r.counted.nodes[i]));
  if (r.nodes.size() > 1) table.add(node_row("all", {"", "", " ", 0}, all));
  return table.text();
}

// "errors: timeout 3, status 503 12"; empty where there were none.
std::string error_line(const node_tally& all) {
  std::string text;
  const auto append = [&](const std::string& kind, std::uint64_t n) {
    if (n > 0) text += (text.empty() ? "errors: " : ", ") + kind + " " + grouped(n);
  };
  for (std::size_t i = 0; i < failure_count; ++i) append(std::string(failure_names[i]), all.failures[i]);
  for (std::size_t i = 0; i < all.other_statuses.size(); ++i)
    append("status " + std::to_string(i + 100), all.other_statuses[i]);
  return text.empty() ? text : text + "\n";
}

std::string key_table(const run_report& r) {
  text_table table({{"key", align::left},
                    {"key_id", align::left},
                    {"sent"},
                    {"admitted"},
                    {"throttled: requests"},
                    {"input tokens"},
                    {"output tokens"}});
  for (std::size_t i = 0; i < r.keys.size(); ++i) {
    const counts& c = r.counted.keys[i];
    table.add({r.keys[i].masked, r.keys[i].id, grouped(c.sent), grouped(c.admitted), grouped(c.throttled[0]),
               grouped(c.throttled[1]), grouped(c.throttled[2])});
  }
  return table.text();
}

// --- the audit

// The node of an audit line, or the store that several nodes share.
std::string store_label(const run_report& r, std::uint32_t store) {
  const auto on_it = [&](const node_info& n) { return n.store == store; };
  const auto first = std::find_if(r.nodes.begin(), r.nodes.end(), on_it);
  if (first == r.nodes.end()) return "?";
  return first->store_kind == "redis" ? "redis" : first->url;
}

void add_audit_rows(text_table& table, const run_report& r, const audit_line& line) {
  for (const limit::metric m : limit::all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    const std::uint32_t limit = line.policy.limits[m];
    const window_finding &own = line.by_own_clock[i], &second = line.by_second[i];
    table.add({label(r.keys[line.key]), store_label(r, line.store), std::string(name(m)),
               std::to_string(line.policy.window_seconds) + " s",
               limit == limit::limits::unlimited ? "unlimited" : grouped(limit), grouped(own.largest),
               grouped(second.largest), grouped(std::max(own.over_windows, second.over_windows))});
  }
}

std::string audit_remarks(const run_report& r) {
  std::string text;
  for (const audit_line& line : r.audited) {
    if (!line.policy.has_limits())
      text += label(r.keys[line.key]) + " at " + store_label(r, line.store) +
              ": no limits named, nothing to audit\n";
    if (line.windows_differ)
      text += "warning: nodes name different windows for " + label(r.keys[line.key]) +
              "; the first one is audited\n";
  }
  return text;
}

// Returns the reason why a key was not audited, or was not audited at every node.
std::string reason_of(const run_report& r, std::size_t key) {
  const counts& c = r.counted.keys[key];
  const std::string key_text = "key " + label(r.keys[key]);
  if (c.unknown_key > 0) {
    const std::string to = c.has_decision() ? " is not known to all nodes" : " is not known to the nodes";
    return grouped(c.unknown_key) + (c.unknown_key == 1 ? " response with 401: " : " responses with 401: ") +
           key_text + to;
  }
  if (c.has_decision()) return "the nodes name no limits for " + key_text;
  return "no request of " + key_text + " was admitted or throttled";
}

// Keys without an audit line: the nodes rejected them or never responded.
std::string rejected_key_lines(const run_report& r) {
  std::string text;
  for (std::size_t i = 0; i < r.keys.size(); ++i) {
    const counts& c = r.counted.keys[i];
    if (c.unknown_key > 0 || !c.has_decision()) text += "warning: " + reason_of(r, i) + "\n";
  }
  return text;
}

std::string nothing_audited(const run_report& r) {
  std::string text = "nothing was audited: ";
  const std::size_t shown = std::min(r.keys.size(), most_reasons);
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? "; " : "") + reason_of(r, i);
  if (shown < r.keys.size()) text += "; and so on for " + count_of(r.keys.size() - shown, "more key");
  return text + "\n";
}

std::uint32_t largest_window_seconds(const run_report& r) {
  std::uint32_t seconds = 0;
  for (const audit_line& line : r.audited) seconds = std::max(seconds, line.policy.window_seconds);
  return seconds;
}

std::string audit_table(const run_report& r) {
  text_table table({{"key", align::left},
                    {"store", align::left},
                    {"metric", align::left},
                    {"window"},
                    {"limit"},
                    {"largest, own clock"},
                    {"largest, by admitted second"},
                    {"windows over"}});
  for (const audit_line& line : r.audited) {
    if (line.policy.has_limits()) add_audit_rows(table, r, line);
  }
  return table.text();
}

std::string audit_text(const run_report& r, const node_tally& all) {
  const std::uint32_t window = largest_window_seconds(r);
  std::string text =
      "audit (requests sent and received within a window, and W + 1 seconds of the store's clock)\n";
  if (window > 0) text += audit_table(r);
  text += audit_remarks(r) + rejected_key_lines(r);
  text += "windows turned over: " + (window > 0 ? fixed(r.seconds / window, 1) : std::string("-")) +
          "; outcomes unknown: " + grouped(all.outcomes_unknown()) + "\n";
  if (!r.audited_anything()) return text + "over-admitted: unknown: " + nothing_audited(r);
  return text + "over-admitted: " + grouped(r.over_admitted()) +
         (r.over_admitted() == 1 ? " window\n" : " windows\n");
}

std::string warnings(const run_report& r) {
  std::string text;
  if (!r.audited_anything()) text += "warning: " + nothing_audited(r);
  if (r.busiest_loop > busy_loop) {
    text += "warning: a loop of the load generator used " + fixed(r.busiest_loop * 100, 0) +
            " % of a core: it may be the bottleneck itself; latencies include its own queue\n";
  }
  const tally& t = r.counted;
  if (r.rate == 0) return text;
  const std::uint64_t planned = t.started + t.never_started, missed = t.late_starts + t.never_started;
  text += "schedule: " + grouped(planned) + " starts, " + grouped(t.late_starts) + " of them late, " +
          grouped(t.never_started) + " never made\n";
  if (static_cast<double>(missed) > many_late_starts * static_cast<double>(planned)) {
    text +=
        "warning: the load generator did not keep its schedule: raise --concurrency or --processes, or lower "
        "--rate\n";
  }
  return text;
}

}  // namespace

std::string text_of(const run_report& r) {
  const node_tally all = r.counted.all_nodes();
  return summary(r, all) + warnings(r) + "\n" + node_table(r, all) + error_line(all) + "\n" + key_table(r) +
         "\n" + audit_text(r, all);
}

}  // namespace weir::load
