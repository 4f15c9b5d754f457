// A whole run: the event loops on their threads, with the audit, the progress and the signals beside them.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "load/options.hpp"
#include "load/probe.hpp"
#include "load/report.hpp"

namespace weir::load {

// Blocks until every loop has ended: the duration is over, or SIGINT or SIGTERM came, and the requests in
// flight have ended. A second signal ends the process at once, with exit code 130. `show` receives the bytes
// of the progress.
run_report run_session(const options& o, const std::vector<probed_node>& nodes, bool terminal,
                       const std::function<void(std::string_view)>& show);

}  // namespace weir::load
