// The command line and the environment of `weir serve` and `weir check`: text ─▶ settings, or what to print
// before leaving.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace weir::config {

inline constexpr int exit_usage = 2;           // a wrong flag
inline constexpr int exit_configuration = 78;  // a wrong variable or key file (EX_CONFIG of sysexits.h)

// The program ends here with this code: 0 for --help (text goes to stdout), else what is wrong (to stderr).
struct exit_request {
  int code = exit_usage;
  std::string text{};
};

// A variable's value, null where it is not set. std::getenv will do.
using environment = std::function<const char*(const char* name)>;

// `subcommand` is "serve" or "check"; `argv` begins with it (argv[0] is not read). Flags win over variables;
// of a flag given twice the last counts. An empty flag is an empty value; an empty variable is an unset one
// (but API_KEYS_FILE: no file). Texts end with a line break and hold no secret.
result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv,
                                              const environment& variables);
// The same in the environment of this process.
result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv);

// For what shows only later to be wrong with a setting: named by its flag if a flag gave it, else by its
// variable.
exit_request refuse(std::string_view subcommand, const settings& given, std::string_view variable,
                    std::string_view what);

}  // namespace weir::config
