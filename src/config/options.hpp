// The command line and the environment of `weir serve` and `weir check`: from text to settings, or to a
// message and an exit code.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/command_line.hpp"
#include "config/settings.hpp"

namespace weir::config {

inline constexpr int exit_configuration = 78;  // wrong variable or key file (EX_CONFIG of sysexits.h)

// Returns the value of a variable, or null where it is not set. std::getenv is one.
using environment = std::function<const char*(const char* name)>;

// `subcommand` is "serve" or "check"; `argv` begins with it (argv[0] is not read). Flags win over variables,
// and the last one of repeated flags counts. An empty flag is an empty value; an empty variable counts as
// unset (except API_KEYS_FILE, where it means no file). Texts of errors hold no secret.
result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv,
                                              const environment& variables);
// The same with the environment of this process.
result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv);

// The exit for a value that proves wrong only after parsing. The text names the flag where a flag gave the
// value, otherwise the variable.
exit_request configuration_error(std::string_view subcommand, const settings& given,
                                 std::string_view variable, std::string_view what);

}  // namespace weir::config
