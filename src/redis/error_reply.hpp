// What an error reply proves about the command it answers: whether it may be sent again.
#pragma once

#include <string_view>

namespace weir::redis {

enum class error_meaning {
  no_script,  // nothing ran: load the script and send again
  not_run,    // nothing ran, and for now nothing will: may be sent again later
  moved_on,   // nothing ran, and this server will not run it (a replica, another slot's): connect anew
  unknown,    // something may have run: never to be sent again
};

// By the reply's first word. Those of a single server were provoked on Redis 7.0
// (store/redis_errors_test.cpp): they come from the checks before a `#!lua` script's first line; those of a
// Cluster from its slot check before any command. What a script raises while it runs names the script and its
// line, and proves nothing, whatever its first word.
error_meaning classify_error(std::string_view text);

}  // namespace weir::redis
