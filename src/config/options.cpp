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

// The flags' texts as given, by their place in all_settings().
using given_texts = std::vector<std::vector<std::string>>;

std::string described(const setting& s) {
  const std::string preset = s.show(settings{});
  std::string text(s.help);
  text += " [" + std::string(s.variable);
  if (!preset.empty()) text += ", default " + preset;
  return text + "]";
}

void declare(CLI::App& app, given_texts& given) {
  const auto all = all_settings();
  given.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    app.add_option(std::string(all[i].flag), given[i], described(all[i]))
        ->type_name(std::string(all[i].value))
        ->expected(1)
        ->take_all();
  }
}

// A flag whose value may be left out gets it written behind: CLI11 would take what follows for its value, or for one too many.
std::vector<std::string> with_values(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    words.emplace_back(word);
    for (const setting& s : all_settings()) {
      if (s.takes == setting::value_of::required || word != s.flag) continue;
      const bool value_follows = i + 1 < argc && argv[i + 1][0] != '-';
      if (s.takes == setting::value_of::by_equals || !value_follows) words.back() += "=" + std::string(s.bare);
    }
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
  } catch (const CLI::ArgumentMismatch& e) {
    return leave(exit_usage, subcommand, e.what());
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
    const bool by_flag = !given[i].empty();
    const bool empty_is_a_value = variable == "API_KEYS_FILE";
    if (!by_flag && (set == nullptr || (*set == '\0' && !empty_is_a_value))) continue;
    const auto done = set_one(into, all[i], by_flag ? all[i].flag : variable, by_flag ? given[i].back() : set);
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
  app.get_formatter()->column_width(44);
  app.footer("Every flag can also be given by the variable in brackets; flags win.");
  given_texts given;
  declare(app, given);
  if (auto ended = parse(app, subcommand, with_values(argc, argv))) return std::move(*ended);
  settings parsed;
  if (auto ended = apply(parsed, subcommand, given, variables)) return std::move(*ended);
  return parsed;
}

result<settings, exit_request> parse_settings(std::string_view subcommand, int argc, const char* const* argv) {
  return parse_settings(subcommand, argc, argv, [](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace weir::config
