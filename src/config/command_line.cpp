#include "config/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

namespace weir::config {
namespace {

constexpr std::size_t flag_column = 32;  // the width of the flags in the help

}  // namespace

std::vector<std::string> words_behind(int argc, const char* const* argv) {
  return argc < 2 ? std::vector<std::string>() : std::vector<std::string>(argv + 1, argv + argc);
}

std::optional<exit_request> parse_command_line(CLI::App& app, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // CLI11 takes the words from the back
  const std::string& name = app.get_name();
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return exit_request{0, app.help()};
  } catch (const CLI::ParseError& e) {
    return exit_request{exit_usage, name + ": " + e.what() + "; `" + name + " --help` shows all flags\n"};
  }
  return std::nullopt;
}

result<std::vector<std::string>, exit_request> parse_other_words(const command_help& help,
                                                                 std::vector<std::string> words) {
  CLI::App app(help.description, help.name);
  app.get_formatter()->column_width(flag_column);
  app.footer(help.footer);
  app.allow_extras();
  const auto ignored = [](const std::string&) {};  // the flags are only declared for the help
  for (const command_help::flag& one : help.flags) {
    app.add_option_function<std::string>(one.name, ignored, one.text)->type_name(one.value);
  }
  if (auto exit = parse_command_line(app, std::move(words))) return std::move(*exit);
  if (app.remaining_size() == 0) return std::vector<std::string>();  // "--" alone is no unknown word
  return app.remaining();
}

}  // namespace weir::config
