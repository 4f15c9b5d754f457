// `weir load`: pushes nodes past their limits and audits that the limits held, without trusting any node.
#pragma once

namespace weir::load {

// argv[0] is the subcommand's name. Returns the exit code: 0; 1 where a key was over-admitted, or no request
// was admitted or throttled; 2 where the command line is wrong or the --json file cannot be opened; 130 after
// a second Ctrl-C.
int run(int argc, char** argv);

}  // namespace weir::load
