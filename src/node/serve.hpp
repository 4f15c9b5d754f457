// weir serve: a node from its settings and keys to its exit code.
#pragma once

#include <vector>

#include "base/event_log.hpp"
#include "config/key_file.hpp"
#include "config/settings.hpp"

namespace weir::node {

// Serves until SIGTERM or SIGINT. 0: stopped in order; 1: could not start (the log says why) or did not end
// in time.
int serve(const config::settings& settings, const std::vector<config::key_entry>& keys, event_log& log);

}  // namespace weir::node
