// Parses a command line with CLI11, and turns --help and errors into a text and an exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace weir::config {

inline constexpr int exit_usage = 2;  // wrong command line

// The program ends with this code: 0 for --help, whose text goes to stdout; otherwise the text is an error
// for stderr. The text ends with a line break.
struct exit_request {
  int code = exit_usage;
  std::string text{};
};

// The words of a command line without argv[0], which is the subcommand.
std::vector<std::string> words_behind(int argc, const char* const* argv);

// Parses `words` into the options of `app`, whose name is that of the command ("weir load"). Returns the exit
// that --help or an error asks for; no value where the program goes on. The text of an error is CLI11's,
// which may quote a word.
std::optional<exit_request> parse_command_line(CLI::App& app, std::vector<std::string> words);

// The help of a command that reads its flags itself.
struct command_help {
  struct flag {
    std::string name;   // "--port"
    std::string value;  // "N"
    std::string text;
  };
  std::string name;  // "weir serve"
  std::string description, footer;
  std::vector<flag> flags;
};

// Parses the words that are left when the command has taken its flags. Returns the unknown ones, or the exit
// that --help asks for.
result<std::vector<std::string>, exit_request> parse_other_words(const command_help& help,
                                                                 std::vector<std::string> words);

}  // namespace weir::config
