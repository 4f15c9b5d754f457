// What a node says when it starts: where it listens and whose limits hold.
#pragma once

#include "base/event_log.hpp"
#include "node/node_facts.hpp"

namespace weir::node {

// One line.
void announce(const node_facts& facts, event_log& log);

}  // namespace weir::node
