#include "load/audit.hpp"

#include <algorithm>
#include <limits>

namespace weir::load {
namespace {

std::uint32_t saturating_sum(std::uint32_t a, std::uint32_t b) {
  return a > std::numeric_limits<std::uint32_t>::max() - b ? std::numeric_limits<std::uint32_t>::max()
                                                           : a + b;
}

void raise(limit::limits& known, const limit::limits& named) {
  for (const limit::metric m : limit::all_metrics) known[m] = std::max(known[m], named[m]);
}

}  // namespace

std::uint64_t audit_line::over_admitted() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < limit::metric_count; ++i) {
    sum += std::max(by_own_clock[i].over_windows, by_second[i].over_windows);
  }
  return sum;
}

void audit::set_limits(std::uint32_t node, std::uint32_t key, const policy_header& policy) {
  ledger& l = ledgers_[{key, store_of_node_[node]}];
  if (!policy.has_limits()) return;
  if (!l.policy.has_limits()) {
    l.policy = policy;
    l.by_own_clock.emplace(std::int64_t{policy.window_seconds} * 1'000'000'000);
    return;
  }
  l.windows_differ = l.windows_differ || l.policy.window_seconds != policy.window_seconds;
  raise(l.policy.limits, policy.limits);
}

void audit::add(const admission& a) {
  ledger& l = ledgers_[{a.key, store_of_node_[a.node]}];
  if (!l.by_own_clock) return;
  l.by_own_clock->add(a.sent_ns, a.received_ns, a.used, l.policy.limits);
  if (a.second != 0) add_second(l.by_second, a);
}

// Seconds arrive nearly in order, so a search from the back ends soon.
void audit::add_second(std::vector<second_usage>& log, const admission& a) {
  auto position = log.end();
  while (position != log.begin() && std::prev(position)->second >= a.second) --position;
  if (position == log.end() || position->second != a.second) position = log.insert(position, {a.second, {}});
  for (const limit::metric m : limit::all_metrics)
    position->used[m] = saturating_sum(position->used[m], a.used[m]);
}

std::vector<audit_line> audit::lines() const {
  std::vector<audit_line> all;
  for (const auto& [id, l] : ledgers_) all.push_back(line_of(id, l));
  return all;
}

audit_line audit::line_of(const ledger_id& id, const ledger& l) {
  audit_line line{
      .key = id.first, .store = id.second, .policy = l.policy, .windows_differ = l.windows_differ};
  if (!l.by_own_clock) return line;
  line.by_own_clock = l.by_own_clock->findings();
  window_sweep by_second(l.policy.window_seconds);  // [s - W, s] holds W + 1 seconds
  for (const second_usage& u : l.by_second) by_second.add(u.second, u.second, u.used, l.policy.limits);
  line.by_second = by_second.findings();
  return line;
}

}  // namespace weir::load
