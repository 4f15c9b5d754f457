// The audit: did any key get more than its limits in any W seconds? It believes no node and keeps a log of
// its own. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "limit/amounts.hpp"
#include "load/policy.hpp"
#include "load/window_sweep.hpp"

namespace weir::load {

// An admitted answer (200), stamped by the load generator's steady clock before the first byte was sent and
// after the last came.
struct admission {
  std::uint32_t node = 0, key = 0;  // indices
  std::int64_t sent_ns = 0, received_ns = 0;
  amounts used;              // 1 request, and the answer's usage
  std::uint32_t second = 0;  // weir-admitted-second; 0: not told
};

// One key in one store.
struct audit_line {
  std::uint32_t key = 0, store = 0;
  policy named;                                             // not named(): nothing to judge by
  std::array<window_finding, metric_count> by_own_clock{};  // sent and received within W seconds
  std::array<window_finding, metric_count> by_second{};     // W + 1 consecutive seconds of the store's clock
  bool windows_differ = false;                              // nodes named different W for this key

  // Windows over the limit in either view: a breach that both see counts once.
  std::uint64_t over_admitted() const;
};

// Two views of one log.
//
// By own clock: see window_sweep. Both ends of the window are stamped by one clock, so nothing is asked of
// the nodes. It assumes that this clock and the store's run equally fast: on one machine they do (the kernel
// slews both), between machines under NTP within 0.05 % while it corrects itself.
//
// By second: usage summed by the second the node says it was charged to, over W + 1 consecutive seconds,
// which is what the promise is made of. It catches what slow answers hide from the first view; a node may lie
// to it, but not to both.
class audit {
 public:
  // store_of_node[n]: which store node n is on. Nodes on one store are judged together.
  explicit audit(std::vector<std::uint32_t> store_of_node) : store_of_node_(std::move(store_of_node)) {}

  // What `node` names for `key`, before its admissions. Of limits that change the largest holds: none is
  // accused for a change.
  void name(std::uint32_t node, std::uint32_t key, const policy& named);
  // In order of received_ns. Keys without named limits are not logged.
  void add(const admission& a);
  // One line for each key and store seen.
  std::vector<audit_line> lines() const;

 private:
  struct second_usage {
    std::uint32_t second;
    amounts used;  // saturating
  };
  struct ledger {
    policy named;
    bool windows_differ = false;
    std::optional<window_sweep> by_own_clock;
    std::vector<second_usage> by_second;  // sorted; 16 bytes for each second with an admission
  };
  using place = std::pair<std::uint32_t, std::uint32_t>;  // key, store

  static void add_second(std::vector<second_usage>& log, const admission& a);
  static audit_line line_of(const place& where, const ledger& l);

  std::vector<std::uint32_t> store_of_node_;
  std::map<place, ledger> ledgers_;
};

}  // namespace weir::load
