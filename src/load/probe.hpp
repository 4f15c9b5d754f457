// Asks the nodes before the run for their names and their stores.
#pragma once

#include <string>
#include <vector>

#include "http/socket.hpp"
#include "load/options.hpp"
#include "load/report.hpp"

namespace weir::load {

struct probed_node {
  node_info info;
  http::tcp::endpoint peer;
  bool resolved = false;
  std::string problem;  // the reason why GET /healthz failed; empty where it succeeded
};

// Asks each node in turn, for at most `timeout_ms` each. Nodes on redis share a store. Every other node, and
// a node that does not name its store, has a store of its own, so that no node is accused of what another one
// admitted.
std::vector<probed_node> probe_nodes(const options& o);

// Parses {"node_id": …, "store": {"kind": …}}; missing fields stay unchanged.
void read_health(std::string_view json, node_info& info);

}  // namespace weir::load
