// The log lines of a start and of a reload.
#pragma once

#include "base/event_log.hpp"
#include "config/settings.hpp"
#include "node/node_info.hpp"
#include "policy/policy.hpp"

namespace weir::node {

// One line that says where the node listens and whose limits it enforces.
void log_startup(const node_info& info, std::size_t keys, event_log& log);

// One warning for each setting that is allowed but seldom meant.
void log_setting_warnings(const config::settings& settings, event_log& log);

// One warning for each property of the keys that is allowed but seldom meant. After a start and after each
// reload.
void log_policy_warnings(const policy::policy& policy, const config::settings& settings, event_log& log);

}  // namespace weir::node
