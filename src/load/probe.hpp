// Before the run: where the nodes are, who they are and which store they are on.
#pragma once

#include <string>
#include <vector>

#include "http/socket.hpp"
#include "load/options.hpp"
#include "load/report.hpp"

namespace weir::load {

struct probed_node {
  node_facts facts;
  http::tcp::endpoint peer;
  bool resolved = false;
  std::string trouble;  // why it did not answer GET /healthz; empty where it did
};

// Asks each node in turn, at most `timeout_ms` each. Nodes on redis share a store; each other one, and any
// that does not say, has its own, so that a node is never accused of what another admitted.
std::vector<probed_node> probe_nodes(const options& o);

// Reads {"node_id": …, "store": {"kind": …}}; what is missing stays as it is.
void read_health(std::string_view json, node_facts& facts);

}  // namespace weir::load
