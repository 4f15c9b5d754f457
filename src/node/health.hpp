// Whether a node is alive, ready and well: from the states of its workers' stores to what probes are told.
#pragma once

#include <string>

#include "node/node_cells.hpp"
#include "node/node_facts.hpp"

namespace weir::node {

struct health {
  store_state store = store_state::connecting;  // the worst of the workers'
  bool reached_once = false;                    // by every worker
  bool stopping = false;

  // Serves as it should: the store was reached once, its settings are ours, and the node is to stay.
  // A store that is down for a while is told by 503 answers and by status(), not by taking every node out of
  // service.
  bool ready() const { return reached_once && !stopping && store != store_state::mismatch; }
  // "ok", "degraded" or "stopping".
  std::string_view status() const;
};

health read_health(const node_cells& cells, bool stopping);

std::string_view name(store_state s);

// Appends {"status":…,"node_id":…,"store":{"kind":…,"state":…},"version":…,"window_seconds":…}.
void write_health(std::string& out, const health& h, const node_facts& facts);

// One line for a person: "ready", or why not.
std::string_view readiness_text(const health& h);

}  // namespace weir::node
