// weir serve: runs a node from its settings to its exit code.
#pragma once

#include "base/event_log.hpp"
#include "config/settings.hpp"
#include "policy/policy_source.hpp"

namespace weir::node {

// Serves until SIGTERM or SIGINT; SIGHUP loads the policy from `source` again. `first` is the policy at the
// start. Returns 0 after an orderly stop, and 1 where the node could not start (the log says why) or did not
// end in time.
int serve(const config::settings& settings, const policy::policy_source& source,
          const policy::policy_snapshot& first, event_log& log);

}  // namespace weir::node
