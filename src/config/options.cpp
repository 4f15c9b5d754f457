// Separates flags from values; setting.cpp converts the values, and command_line.cpp writes the help.
#include "config/options.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "config/nearest.hpp"
#include "config/setting.hpp"

namespace weir::config {
namespace {

struct command_text {
  std::string_view name, description;
};
constexpr command_text commands[] = {
    {"serve", "Runs a node: serves POST /v1/chat/completions under the limits of each key."},
    {"check",
     "Checks the key file and the settings as serve would, and prints the values in force; keys and "
     "secrets are masked."},
};

// The texts of the flags by their index in all_settings(); empty where a flag was not given.
using given_texts = std::vector<std::optional<std::string>>;

constexpr std::size_t help_column = 80;  // the width of the descriptions

// Breaks lines at spaces; the next line is indented where the help is written.
std::string wrapped(std::string_view text) {
  std::string lines;
  while (text.size() > help_column) {
    const std::size_t space = std::min(text.rfind(' ', help_column), text.size() - 1);
    lines.append(text.substr(0, space)).append("\n");
    text.remove_prefix(space + 1);
  }
  return lines.append(text);
}

// The help, followed by "[VARIABLE, default x]" without a line break in it.
std::string help_of(const setting& s) {
  const std::string default_text = s.show(settings{});
  const std::string names =
      "[" + std::string(s.variable) + (default_text.empty() ? "]" : ", default " + default_text + "]");
  std::string text = wrapped(s.help);
  const std::size_t last_line = text.size() - (text.rfind('\n') + 1);  // npos + 1 is 0
  return text.append(last_line + 1 + names.size() > help_column ? "\n" : " ").append(names);
}

command_help help_of_command(std::string_view subcommand) {
  const auto* const command = std::find_if(std::begin(commands), std::end(commands),
                                           [&](const command_text& c) { return c.name == subcommand; });
  command_help help{.name = "weir " + std::string(subcommand),
                    .description = command == std::end(commands) ? "" : std::string(command->description),
                    .footer = "Each flag can also be set by the environment variable in brackets; flags win.",
                    .flags = {}};
  for (const setting& one : all_settings())
    help.flags.push_back({std::string(one.flag), std::string(one.value), help_of(one)});
  return help;
}

struct split_words {
  given_texts given;
  std::vector<std::string> rest;  // --help and unknown words
};

// The value of the flag in argv[at]; empty where it is missing. `at` advances where the value is the next
// word, which may be empty. A value that begins with "--" must be written behind "=".
std::optional<std::string_view> take_value(const setting& flag, int argc, const char* const* argv, int& at) {
  const std::string_view word = argv[at];
  if (word.size() > flag.flag.size()) return word.substr(flag.flag.size() + 1);
  const bool value_follows = at + 1 < argc && !std::string_view(argv[at + 1]).starts_with("--");
  if (value_follows && flag.takes != setting::value_of::by_equals) return argv[++at];
  if (flag.takes != setting::value_of::required) return flag.bare;
  return std::nullopt;
}

// Removes the flags with their values. CLI11 cannot do it: it takes a flag for the value of the flag before,
// and has no empty values.
result<split_words> take_flags(int argc, const char* const* argv) {
  const auto all = all_settings();
  split_words line{given_texts(all.size()), {}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto named = std::find_if(
        all.begin(), all.end(), [&](const setting& s) { return s.flag == word.substr(0, word.find('=')); });
    if (named == all.end()) {
      line.rest.emplace_back(word);
      continue;
    }
    const auto value = take_value(*named, argc, argv, i);
    if (!value)
      return error{std::string(word) + " needs a value: " + std::string(word) + " " +
                   std::string(named->value)};
    line.given[static_cast<std::size_t>(named - all.begin())] = *value;
  }
  return line;
}

// The first unknown word, without its value, which may be a secret.
std::string unknown_word(const std::vector<std::string>& words) {
  const std::string_view first = words.empty() ? std::string_view() : std::string_view(words.front());
  if (!first.starts_with('-')) return "unexpected argument; every setting is a flag, such as --port 8000";
  const std::string_view flag = first.substr(0, first.find('='));
  std::vector<std::string_view> known;
  for (const setting& s : all_settings()) known.push_back(s.flag);
  const std::string_view meant = nearest(flag, known);
  std::string text = flag.size() <= 64 ? "unknown flag " + std::string(flag) : "unknown flag";
  if (!meant.empty()) text += "; did you mean " + std::string(meant) + "?";
  return text;
}

exit_request error_exit(int code, std::string_view subcommand, std::string_view what) {
  std::string text = "weir " + std::string(subcommand) + ": ";
  text += what;
  text += '\n';
  if (code == exit_usage) text += "`weir " + std::string(subcommand) + " --help` shows all flags.\n";
  return {code, std::move(text)};
}

// Allows only --help. Writes errors of its own, because those of the parser may quote a secret.
std::optional<exit_request> reject_other_words(std::string_view subcommand, std::vector<std::string> words) {
  const auto unknown = parse_other_words(help_of_command(subcommand), std::move(words));
  if (!unknown && unknown.error().code == 0) return unknown.error();
  if (!unknown) return error_exit(exit_usage, subcommand, "the command line is not valid");
  if (!unknown->empty()) return error_exit(exit_usage, subcommand, unknown_word(*unknown));
  return std::nullopt;
}

std::optional<exit_request> apply(settings& into, std::string_view subcommand, const given_texts& given,
                                  const environment& variables) {
  const auto all = all_settings();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string variable(all[i].variable);
    const char* const set = variables(variable.c_str());
    const bool by_flag = given[i].has_value();
    const bool empty_is_a_value = variable == "API_KEYS_FILE";
    if (!by_flag && (set == nullptr || (*set == '\0' && !empty_is_a_value))) continue;
    const auto valid =
        set_one(into, all[i], by_flag ? all[i].flag : variable, by_flag ? *given[i] : std::string(set));
    if (!valid)
      return error_exit(by_flag ? exit_usage : exit_configuration, subcommand, valid.error().message);
    if (by_flag) into.by_flag.push_back(all[i].variable);
  }
  return std::nullopt;
}

}  // namespace

result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv,
                                              const environment& variables) {
  auto line = take_flags(argc, argv);
  if (!line) return error_exit(exit_usage, subcommand, line.error().message);
  if (auto ended = reject_other_words(subcommand, std::move(line->rest))) return std::move(*ended);
  settings parsed;
  if (auto ended = apply(parsed, subcommand, line->given, variables)) return std::move(*ended);
  return parsed;
}

result<settings, exit_request> parse_settings(std::string_view subcommand, int argc,
                                              const char* const* argv) {
  return parse_settings(subcommand, argc, argv,
                        [](const char* name) -> const char* { return std::getenv(name); });
}

exit_request configuration_error(std::string_view subcommand, const settings& given,
                                 std::string_view variable, std::string_view what) {
  const bool by_flag = std::find(given.by_flag.begin(), given.by_flag.end(), variable) != given.by_flag.end();
  const auto all = all_settings();
  const auto named =
      std::find_if(all.begin(), all.end(), [&](const setting& s) { return s.variable == variable; });
  std::string text(by_flag && named != all.end() ? named->flag : variable);
  text.append(": ").append(what);
  return error_exit(by_flag ? exit_usage : exit_configuration, subcommand, text);
}

}  // namespace weir::config
