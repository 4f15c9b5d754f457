// Classifies an error reply by what it proves about its command: whether the command may be sent again.
#pragma once

#include <string_view>

namespace weir::redis {

enum class error_meaning {
  no_script,  // nothing ran: load the script and send again
  not_run,    // nothing ran, and nothing will run for now: the command may be sent again later
  moved_on,   // nothing ran, and this server will never run it (a replica, or the owner of another slot):
              // reconnect
  unknown,    // something may have run: the command must not be sent again
};

// Classifies by the first word of the reply. The errors of a single server come from the checks before the
// first line of a `#!lua` script (store/redis_errors_test.cpp provokes them); those of a Cluster come from
// its slot check before any command. An error that a script raises while it runs names the script and its
// line, and proves nothing, whatever its first word is.
error_meaning classify_error(std::string_view text);

}  // namespace weir::redis
