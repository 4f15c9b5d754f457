// The metrics of a node: those of all its modules, and those of the process.
#pragma once

#include <cstddef>

#include "base/metric_set.hpp"
#include "node/node_counters.hpp"
#include "node/node_info.hpp"

namespace weir::node {

// Adds the families of all modules, which each module defines beside its counters (`add_metrics`).
void add_module_metrics(metric_set& out, const node_counters& counters);

// Adds the families that describe the node and its process. `keys` is the number of keys of the present
// policy.
void add_node_metrics(metric_set& out, const node_info& info, std::size_t keys);

}  // namespace weir::node
