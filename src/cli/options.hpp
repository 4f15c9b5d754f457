// The command line of `weir tokens`: what to count and how to print it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tokens/encoding.hpp"

namespace weir::cli {

struct options {
  enum class reading : std::uint8_t { text, lines, chat, speed };

  reading as = reading::text;
  bool json = false;
  std::string model;                              // empty: no model was named
  std::optional<tokens::encoding_name> encoding;  // wins over the model's encoding
  std::vector<std::string> files;                 // "-" is stdin; never empty
};

// A message and an exit code: --help (0, to stdout), or an error of the command line (2, to stderr).
struct stop_text {
  std::string text;
  int code = 2;
};

// `argv` begins with the subcommand, which is not read.
std::variant<options, stop_text> read_options(int argc, const char* const* argv);

}  // namespace weir::cli
