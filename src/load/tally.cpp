#include "load/tally.hpp"

#include <numeric>

namespace weir::load {
namespace {

template <class Array>
void add_each(Array& to, const Array& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

void counts::merge(const counts& other) {
  sent += other.sent;
  responses += other.responses;
  admitted += other.admitted;
  add_each(throttled, other.throttled);
  unknown_key += other.unknown_key;
}

std::uint64_t node_tally::errors() const {
  const std::uint64_t failed = std::accumulate(failures.begin(), failures.end(), std::uint64_t{0});
  return std::accumulate(other_statuses.begin(), other_statuses.end(), failed);
}

std::uint64_t node_tally::outcomes_unknown() const {
  return failures[static_cast<std::size_t>(failure::timeout)] +
         failures[static_cast<std::size_t>(failure::closed)];
}

void node_tally::merge(const node_tally& other) {
  totals.merge(other.totals);
  add_each(failures, other.failures);
  add_each(other_statuses, other.other_statuses);
  latency_ns.merge(other.latency_ns);
}

void tally::merge(const tally& other) {
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].merge(other.nodes[i]);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i].merge(other.keys[i]);
  started += other.started;
  late_starts += other.late_starts;
  never_started += other.never_started;
}

node_tally tally::all_nodes() const {
  node_tally all;
  for (const node_tally& n : nodes) all.merge(n);
  return all;
}

}  // namespace weir::load
