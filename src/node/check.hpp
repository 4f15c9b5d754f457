// What can be said of a configuration before a node runs on it.
#pragma once

#include <span>

#include "base/event_log.hpp"
#include "base/result.hpp"
#include "config/key_file.hpp"
#include "config/settings.hpp"

namespace weir::node {

// Whether a node could be built of these settings, as far as that shows without opening or connecting anything.
result<void> check(const config::settings& settings);

// One warning in the log for each thing that is allowed but seldom meant.
void caution(const config::settings& settings, std::span<const config::key_entry> keys, event_log& log);

}  // namespace weir::node
