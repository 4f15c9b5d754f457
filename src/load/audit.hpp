// The audit checks that no key got more than its limits in any W seconds. It trusts no node and keeps a log
// of its own. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "limit/amounts.hpp"
#include "load/policy_header.hpp"
#include "load/window_sweep.hpp"

namespace weir::load {

// An admitted request (200), with the times of the load generator's steady clock before its first byte was
// sent and after the last byte came.
struct admission {
  std::uint32_t node = 0, key = 0;  // indices
  std::int64_t sent_ns = 0, received_ns = 0;
  limit::amounts used;       // 1 request, and the usage of the response
  std::uint32_t second = 0;  // weir-admitted-second; 0 where it is absent
};

// One key in one store.
struct audit_line {
  std::uint32_t key = 0, store = 0;
  policy_header policy;  // where it has no limits, there is nothing to check
  // Sent and received within W seconds.
  std::array<window_finding, limit::metric_count> by_own_clock{};
  // W + 1 consecutive seconds of the store's clock.
  std::array<window_finding, limit::metric_count> by_second{};
  bool windows_differ = false;  // nodes named different W for this key

  // Returns the number of windows over the limit in either view; a breach in both views counts once.
  std::uint64_t over_admitted() const;
};

// Two views of one log.
//
// By own clock: see window_sweep. One clock stamps both ends of the window, so the nodes need not be trusted.
// It assumes that this clock and the store's run equally fast: on one machine they do (the kernel slews
// both), and between machines under NTP they differ by 0.05 % at most during a correction.
//
// By second: usage is summed by the second in which the node says that it was charged, over W + 1 consecutive
// seconds, as the promise is defined. It finds what slow responses hide from the first view. A node could
// deceive it, but not both views.
class audit {
 public:
  // store_of_node[n] is the store of node n. Nodes on one store are audited together.
  explicit audit(std::vector<std::uint32_t> store_of_node) : store_of_node_(std::move(store_of_node)) {}

  // The limits that `node` names for `key`; call it before adding its admissions. Where limits change, the
  // largest counts, so that no node is accused because of a change.
  void set_limits(std::uint32_t node, std::uint32_t key, const policy_header& policy);
  // In order of received_ns. Keys without named limits are not logged.
  void add(const admission& a);
  // Returns one line for each key and store seen.
  std::vector<audit_line> lines() const;

 private:
  struct second_usage {
    std::uint32_t second;
    limit::amounts used;  // saturating
  };
  struct ledger {
    policy_header policy;
    bool windows_differ = false;
    std::optional<window_sweep> by_own_clock;
    std::vector<second_usage> by_second;  // sorted; 16 bytes for each second with an admission
  };
  using ledger_id = std::pair<std::uint32_t, std::uint32_t>;  // key, store

  static void add_second(std::vector<second_usage>& log, const admission& a);
  static audit_line line_of(const ledger_id& id, const ledger& l);

  std::vector<std::uint32_t> store_of_node_;
  std::map<ledger_id, ledger> ledgers_;
};

}  // namespace weir::load
