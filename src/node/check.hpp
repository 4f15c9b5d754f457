// What can be said of a configuration before a node runs on it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_log.hpp"
#include "base/key_id.hpp"
#include "base/result.hpp"
#include "config/key_file.hpp"
#include "config/settings.hpp"

namespace weir::node {

// What stands in a node's way.
struct wrong_setting {
  std::string_view variable;
  std::string message;
};

// Whether a node could be built of these settings, as far as that shows without opening or connecting
// anything; whether the port is free does not. Waits where the host is a name that must be asked for.
result<void, wrong_setting> check(const config::settings& settings);

// The id of each key, in order. About a microsecond a key.
std::vector<key_id> ids_of(const config::settings& settings, std::span<const config::key_entry> keys);

// One warning in the log for each thing that is allowed but seldom meant.
void caution(const config::settings& settings, std::span<const config::key_entry> keys, event_log& log);

}  // namespace weir::node
