// What happened to the requests of a run: counted by each event loop for itself, merged when it has ended.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "limit/amounts.hpp"
#include "load/histogram.hpp"

namespace weir::load {

// Why a request got no answer that could be used.
enum class failure : std::uint8_t {
  not_sent,    // no connection: the node cannot have seen the request
  timeout,     // sent, no answer in time: outcome unknown
  closed,      // sent, then the connection broke: outcome unknown
  unreadable,  // an answer that is no HTTP, or a completion without usage
};
inline constexpr std::size_t failure_count = 4;
inline constexpr std::array<std::string_view, failure_count> failure_names{
    "not sent", "timeout", "closed without answer", "unreadable"};

// How often what was answered or refused.
struct counts {
  std::uint64_t sent = 0;      // given to a connection
  std::uint64_t answered = 0;  // with any status
  std::uint64_t admitted = 0;
  std::array<std::uint64_t, metric_count> throttled{};
  std::uint64_t unknown_key = 0;  // of a key: answers 401

  std::uint64_t throttled_in_all() const { return throttled[0] + throttled[1] + throttled[2]; }
  bool judged() const { return admitted + throttled_in_all() > 0; }  // by a limiter
  void merge(const counts& other);
};

struct node_tally {
  counts of;
  std::array<std::uint64_t, failure_count> failures{};
  std::array<std::uint64_t, 500>
      other_statuses{};  // answers that neither admit nor throttle, by status - 100
  histogram latency_ns;  // of every answer

  void count_status(unsigned status) { ++other_statuses[status >= 100 && status < 600 ? status - 100 : 499]; }
  std::uint64_t errors() const;
  std::uint64_t outcomes_unknown() const;
  void merge(const node_tally& other);
};

// One for each event loop, and one for all.
struct tally {
  tally(std::size_t node_count, std::size_t key_count) : nodes(node_count), keys(key_count) {}

  std::vector<node_tally> nodes;
  std::vector<counts> keys;
  std::uint64_t started = 0;
  std::uint64_t late_starts = 0;    // of an open loop: over pacer::late_ns after their moment
  std::uint64_t never_started = 0;  // of an open loop: their moment came, but no slot was free before the end

  void merge(const tally& other);
  node_tally all_nodes() const;
};

}  // namespace weir::load
