// What a node says when it starts: where it listens, whose limits hold, and what the operator should know.
#pragma once

#include "base/event_log.hpp"
#include "config/settings.hpp"
#include "node/node_facts.hpp"

namespace weir::node {

// One line for the start and one for each warning.
void announce(const node_facts& facts, const config::settings& settings, std::size_t guessable_keys, event_log& log);

}  // namespace weir::node
