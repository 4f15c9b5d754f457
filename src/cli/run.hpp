// `weir tokens`: counts the tokens of files or of standard input.
#pragma once

namespace weir::cli {

// `argv` begins with the subcommand. Prints to stdout, errors to stderr. Returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace weir::cli
