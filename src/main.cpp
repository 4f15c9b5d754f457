// weir: reads the subcommand, hands the rest to the room it belongs to, and turns the outcome into an exit
// code.
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
#include "config/describe.hpp"
#include "config/key_file.hpp"
#include "config/nearest.hpp"
#include "config/options.hpp"
#include "count/run.hpp"
#include "load/run.hpp"
#include "node/check.hpp"
#include "node/serve.hpp"
#include "node/version.hpp"

namespace {

using namespace weir;

constexpr std::string_view usage =
    "usage: weir <command> [flags]\n"
    "\n"
    "  serve     run a node: POST /v1/chat/completions under exact limits\n"
    "  check     say whether settings and key file are right, and what is in force\n"
    "  load      drive nodes past their limits and audit that the limits held\n"
    "  tokens    count the tokens of texts, or the input tokens of a request\n"
    "  version   print the version\n"
    "\n"
    "`weir <command> --help` lists a command's flags.\n"
    "\n"
    "examples:\n"
    "  weir serve --api-keys-file examples/api_keys.yaml\n"
    "  weir serve --redis redis://localhost:6379/0 --port 8001\n"
    "  weir load --nodes http://127.0.0.1:8000 --api-keys sk-test-tier-a,sk-test-tier-b --duration 60\n";

// Answers go to stdout, what is wrong to stderr.
int say(int code, std::string_view text) {
  std::FILE* const to = code == EXIT_SUCCESS ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), to);
  return std::fflush(to) == 0 ? code : EXIT_FAILURE;
}

struct configuration {
  config::settings settings;
  std::vector<config::key_entry> keys;
};

// What serve and check read alike. Error: the text to print and the exit code.
result<configuration, config::exit_request> read_configuration(std::string_view command,
                                                               std::span<char*> words) {
  const auto settings = config::parse_settings(command, static_cast<int>(words.size()), words.data());
  if (!settings) return settings.error();
  auto keys = config::load_keys(settings->api_keys_file, settings->api_keys);
  if (!keys) return config::exit_request{config::exit_configuration, keys.error().message + "\n"};
  if (const auto checked = node::check(*settings); !checked) {
    return config::refuse(command, *settings, checked.error().variable, checked.error().message);
  }
  return configuration{*settings, std::move(*keys)};
}

int serve(std::span<char*> words) {
  const auto c = read_configuration("serve", words);
  if (!c) return say(c.error().code, c.error().text);
  const auto log = make_stderr_log(isatty(STDERR_FILENO) == 0);
  return node::serve(c->settings, c->keys, *log);
}

int check(std::span<char*> words) {
  const auto c = read_configuration("check", words);
  if (!c) return say(c.error().code, c.error().text);
  const auto log = make_stderr_log(isatty(STDERR_FILENO) == 0);
  node::caution(c->settings, c->keys, *log);
  return say(EXIT_SUCCESS, config::describe(c->settings, c->keys, node::ids_of(c->settings, c->keys)));
}

int unknown(std::string_view command) {
  static constexpr std::array<std::string_view, 6> commands{"serve",  "check",   "load",
                                                            "tokens", "version", "help"};
  const std::string_view close = config::nearest(command, commands);
  std::string text = "weir: there is no command \"" + std::string(command) + "\"";
  if (!close.empty()) text.append("; did you mean \"").append(close).append("\"?");
  return say(config::exit_usage, text + "\n\n" + std::string(usage));
}

int run(std::span<char*> words) {
  if (words.empty()) return say(config::exit_usage, usage);
  const std::string_view command = words.front();
  if (command == "serve") return serve(words);
  if (command == "check") return check(words);
  if (command == "load") return load::run(static_cast<int>(words.size()), words.data());
  if (command == "tokens") return count::run(static_cast<int>(words.size()), words.data());
  if (command == "version" || command == "--version")
    return say(EXIT_SUCCESS, "weir " + std::string(node::version()) + "\n");
  if (command == "help" || command == "--help" || command == "-h") return say(EXIT_SUCCESS, usage);
  return unknown(command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
  } catch (const std::exception& e) {
    return say(EXIT_FAILURE, "weir: " + std::string(e.what()) + "\n");
  }
}
