// The counts of a run's requests: each event loop has its own, and they are merged at the end.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "limit/amounts.hpp"
#include "load/histogram.hpp"

namespace weir::load {

// The reason why a request got no usable response.
enum class failure : std::uint8_t {
  not_sent,    // no connection, so the node cannot have seen the request
  timeout,     // sent, but no response in time: the outcome is unknown
  closed,      // sent, then the connection broke: the outcome is unknown
  unreadable,  // the response is not HTTP, or a completion without usage
};
inline constexpr std::size_t failure_count = 4;
inline constexpr std::array<std::string_view, failure_count> failure_names{
    "not sent", "timeout", "closed without response", "unreadable"};

// The counts of responses and errors.
struct counts {
  std::uint64_t sent = 0;       // requests passed to a connection
  std::uint64_t responses = 0;  // with any status
  std::uint64_t admitted = 0;
  std::array<std::uint64_t, limit::metric_count> throttled{};
  std::uint64_t unknown_key = 0;  // 401 responses to a key

  std::uint64_t throttled_total() const { return throttled[0] + throttled[1] + throttled[2]; }
  // True where a limiter admitted or throttled at least one request.
  bool has_decision() const { return admitted + throttled_total() > 0; }
  void merge(const counts& other);
};

struct node_tally {
  counts totals;
  std::array<std::uint64_t, failure_count> failures{};
  // Responses that neither admit nor throttle, by status - 100.
  std::array<std::uint64_t, 500> other_statuses{};
  histogram latency_ns;  // of every response

  void count_status(unsigned status) { ++other_statuses[status >= 100 && status < 600 ? status - 100 : 499]; }
  std::uint64_t errors() const;
  std::uint64_t outcomes_unknown() const;
  void merge(const node_tally& other);
};

// Each event loop has one, and the report has their sum.
struct tally {
  tally(std::size_t node_count, std::size_t key_count) : nodes(node_count), keys(key_count) {}

  std::vector<node_tally> nodes;
  std::vector<counts> keys;
  std::uint64_t started = 0;
  std::uint64_t late_starts = 0;    // open loop: starts more than pacer::late_ns late
  std::uint64_t never_started = 0;  // open loop: requests that found no free slot before the end

  void merge(const tally& other);
  node_tally all_nodes() const;
};

}  // namespace weir::load
