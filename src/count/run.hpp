// `weir tokens`: counts what is in files or on standard input.
#pragma once

namespace weir::count {

// `argv` begins with the subcommand. Prints to stdout, what is wrong to stderr; returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace weir::count
