// A whole run: the event loops on their threads, and meanwhile the audit, the progress and the signals.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "load/options.hpp"
#include "load/probe.hpp"
#include "load/report.hpp"

namespace weir::load {

// Blocks until every loop has ended: when the duration is over, or after SIGINT or SIGTERM, and what was in
// flight is answered or given up. A second signal ends the process at once, with exit code 130. `show` gets
// the bytes of the progress.
run_report run_session(const options& o, const std::vector<probed_node>& nodes, bool terminal,
                       const std::function<void(std::string_view)>& show);

}  // namespace weir::load
