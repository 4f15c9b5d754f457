// weir: reads the subcommand, passes the rest to its module, and turns the result into an exit code.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_log.hpp"
#include "cli/run.hpp"
#include "config/describe.hpp"
#include "config/nearest.hpp"
#include "config/options.hpp"
#include "load/run.hpp"
#include "node/describe_keys.hpp"
#include "node/serve.hpp"
#include "node/startup_log.hpp"
#include "node/validate.hpp"
#include "node/version.hpp"

namespace {

using namespace weir;

constexpr std::string_view usage =
    "usage: weir <command> [flags]\n"
    "\n"
    "  serve     run a node: POST /v1/chat/completions under exact limits\n"
    "  check     check settings and key file, and print the values in force\n"
    "  load      push nodes past their limits and audit that the limits held\n"
    "  tokens    count the tokens of texts, or the input tokens of a request\n"
    "  version   print the version\n"
    "\n"
    "`weir <command> --help` lists a command's flags.\n"
    "\n"
    "examples:\n"
    "  weir serve --api-keys-file examples/api_keys.yaml\n"
    "  weir serve --redis redis://localhost:6379/0 --port 8001\n"
    "  weir load --nodes http://127.0.0.1:8000 --api-keys sk-test-tier-a,sk-test-tier-b --duration 60\n";

// Prints results to stdout and errors to stderr. Returns the exit code.
int print(int code, std::string_view text) {
  std::FILE* const to = code == EXIT_SUCCESS ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), to);
  return std::fflush(to) == 0 ? code : EXIT_FAILURE;
}

// The settings of serve and check, with the policy that they name.
struct configuration {
  config::settings settings;
  policy::policy_source source;
  policy::policy_snapshot policy;
};

// Reads what serve and check have in common. The error is the text to print and the exit code.
result<configuration, config::exit_request> read_configuration(std::string_view command,
                                                               std::span<char*> words) {
  const auto settings = config::parse_settings(command, static_cast<int>(words.size()), words.data());
  if (!settings) return settings.error();
  const policy::policy_source source(node::policy_source_options_of(*settings));
  auto policy = source.load();
  if (!policy) return config::exit_request{config::exit_configuration, policy.error().message + "\n"};
  if (const auto valid = node::validate(*settings); !valid) {
    return config::configuration_error(command, *settings, valid.error().variable, valid.error().message);
  }
  return configuration{*settings, source, std::move(*policy)};
}

int serve(std::span<char*> words) {
  const auto c = read_configuration("serve", words);
  if (!c) return print(c.error().code, c.error().text);
  const auto log = make_stderr_log(isatty(STDERR_FILENO) == 0);
  return node::serve(c->settings, c->source, c->policy, *log);
}

int check(std::span<char*> words) {
  const auto c = read_configuration("check", words);
  if (!c) return print(c.error().code, c.error().text);
  const auto keys = c->source.read_keys();
  if (!keys) return print(config::exit_configuration, keys.error().message + "\n");
  const auto log = make_stderr_log(isatty(STDERR_FILENO) == 0);
  node::log_setting_warnings(c->settings, *log);
  node::log_policy_warnings(*c->policy, c->settings, *log);
  const std::string keys_text =
      node::describe_keys(*keys, node::ids_of(c->settings, *keys), c->settings.window_seconds);
  return print(EXIT_SUCCESS, config::describe_settings(c->settings) + keys_text);
}

int unknown(std::string_view command) {
  static constexpr std::array<std::string_view, 6> commands{"serve",  "check",   "load",
                                                            "tokens", "version", "help"};
  const std::string_view close = config::nearest(command, commands);
  std::string text = "weir: unknown command \"" + std::string(command) + "\"";
  if (!close.empty()) text.append("; did you mean \"").append(close).append("\"?");
  return print(config::exit_usage, text + "\n\n" + std::string(usage));
}

int run(std::span<char*> words) {
  if (words.empty()) return print(config::exit_usage, usage);
  const std::string_view command = words.front();
  if (command == "serve") return serve(words);
  if (command == "check") return check(words);
  if (command == "load") return load::run(static_cast<int>(words.size()), words.data());
  if (command == "tokens") return cli::run(static_cast<int>(words.size()), words.data());
  if (command == "version" || command == "--version")
    return print(EXIT_SUCCESS, "weir " + std::string(node::version()) + "\n");
  if (command == "help" || command == "--help" || command == "-h") return print(EXIT_SUCCESS, usage);
  return unknown(command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
  } catch (const std::exception& e) {
    return print(EXIT_FAILURE, "weir: " + std::string(e.what()) + "\n");
  }
}
