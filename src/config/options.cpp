// The one file that sees CLI11: it knows flags from values and writes the help; what values mean is setting.cpp's.
#include "config/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "config/nearest.hpp"
#include "config/setting.hpp"

namespace weir::config {
namespace {

struct command_text {
  std::string_view name, does;
};
constexpr command_text commands[] = {
    {"serve", "Runs a node: answers POST /v1/chat/completions under the limits of each key."},
    {"check", "Checks key file and settings as serve would, and prints what is in force; keys and secrets are masked."},
};

// The flags' texts as given, by their place in all_settings(); empty where a flag was not given.
using given_texts = std::vector<std::optional<std::string>>;

constexpr std::size_t flag_column = 32;
constexpr std::size_t help_column = 80;  // wide; with the flags 112

// Breaks lines at spaces; CLI11 indents what follows a break.
std::string wrapped(std::string_view text) {
  std::string lines;
  while (text.size() > help_column) {
    const std::size_t space = std::min(text.rfind(' ', help_column), text.size() - 1);
    lines.append(text.substr(0, space)).append("\n");
    text.remove_prefix(space + 1);
  }
  return lines.append(text);
}

// The help, and behind it, never broken, "[VARIABLE, default x]".
std::string described(const setting& s) {
  const std::string preset = s.show(settings{});
  const std::string names = "[" + std::string(s.variable) + (preset.empty() ? "]" : ", default " + preset + "]");
  std::string text = wrapped(s.help);
  const std::size_t last_line = text.size() - (text.rfind('\n') + 1);  // npos + 1 is 0
  return text.append(last_line + 1 + names.size() > help_column ? "\n" : " ").append(names);
}

void declare(CLI::App& app, given_texts& given) {
  const auto all = all_settings();
  given.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    app.add_option_function<std::string>(
           std::string(all[i].flag), [&given, i](const std::string& text) { given[i] = text; }, described(all[i]))
        ->type_name(std::string(all[i].value))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

// Writes the value of a flag behind it, where it may be left out: CLI11 would take whatever word follows, a flag too.
result<std::vector<std::string>> with_values(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    words.emplace_back(word);
    const auto all = all_settings();
    const auto named = std::find_if(all.begin(), all.end(), [&](const setting& s) { return s.flag == word; });
    if (named == all.end()) continue;
    const bool value_follows = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
    if (named->takes == setting::value_of::required && !value_follows) {
      return error{std::string(word) + " needs a value: " + std::string(word) + " " + std::string(named->value)};
    }
    const bool takes_next = named->takes != setting::value_of::by_equals && value_follows;
    words.back() += "=" + (takes_next ? std::string(argv[++i]) : std::string(named->bare));
  }
  return words;
}

// The first word that is no flag of ours, as far as it may be shown: its value may be a secret.
std::string unknown_word(const std::vector<std::string>& words) {
  const std::string_view first = words.empty() ? std::string_view() : std::string_view(words.front());
  if (!first.starts_with('-')) return "there is a word too many; every setting is a flag, such as --port 8000";
  const std::string_view flag = first.substr(0, first.find('='));
  std::vector<std::string_view> known;
  for (const setting& s : all_settings()) known.push_back(s.flag);
  const std::string_view meant = nearest(flag, known);
  std::string text = flag.size() <= 64 ? "unknown flag " + std::string(flag) : "unknown flag";
  if (!meant.empty()) text += "; did you mean " + std::string(meant) + "?";
  return text;
}

exit_request leave(int code, std::string_view subcommand, std::string_view what) {
  std::string text = "weir " + std::string(subcommand) + ": ";
  text += what;
  text += "\n";
  if (code == exit_usage) text += "`weir " + std::string(subcommand) + " --help` shows all flags.\n";
  return {code, std::move(text)};
}

std::optional<exit_request> parse(CLI::App& app, std::string_view subcommand, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // CLI11 reads from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return exit_request{0, app.help()};
  } catch (const CLI::ExtrasError&) {
    return leave(exit_usage, subcommand, unknown_word(app.remaining()));
  } catch (const CLI::ParseError&) {
    return leave(exit_usage, subcommand, "the command line cannot be read");
  }
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
    const auto done = set_one(into, all[i], by_flag ? all[i].flag : variable, by_flag ? *given[i] : std::string(set));
    if (!done) return leave(by_flag ? exit_usage : exit_configuration, subcommand, done.error().message);
  }
  return std::nullopt;
}

}  // namespace

result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv,
                                              const environment& variables) {
  const auto* const command = std::find_if(std::begin(commands), std::end(commands),
                                           [&](const command_text& c) { return c.name == subcommand; });
  CLI::App app(command == std::end(commands) ? "" : std::string(command->does), "weir " + std::string(subcommand));
  app.get_formatter()->column_width(flag_column);
  app.footer("Every flag can also be given by the variable in brackets; flags win.");
  given_texts given;
  declare(app, given);
  auto words = with_values(argc, argv);
  if (!words) return leave(exit_usage, subcommand, words.error().message);
  if (auto ended = parse(app, subcommand, std::move(*words))) return std::move(*ended);
  settings parsed;
  if (auto ended = apply(parsed, subcommand, given, variables)) return std::move(*ended);
  return parsed;
}

result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv) {
  return parse_settings(subcommand, argc, argv, [](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace weir::config
