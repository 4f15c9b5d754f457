// The command line of `weir tokens`: text ─▶ what to count and how to tell it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tokens/encoding.hpp"

namespace weir::count {

struct options {
  enum class reading : std::uint8_t { text, lines, chat, speed };

  reading as = reading::text;
  bool json = false;
  std::string model;                              // empty: none was named
  std::optional<tokens::encoding_name> encoding;  // wins over the model's
  std::vector<std::string> files;                 // "-" is stdin; never empty
};

// What to print before leaving: --help (0, to stdout), or what is wrong with the command line (2, to stderr).
struct stop_text {
  std::string text;
  int code = 2;
};

// `argv` begins with the subcommand, which is not read.
std::variant<options, stop_text> read_options(int argc, const char* const* argv);

}  // namespace weir::count
