// The command line of `weir tokens`: what to count and how to print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/command_line.hpp"
#include "tokens/encoding.hpp"

namespace weir::cli {

struct options {
  enum class counting_mode : std::uint8_t {
    text,   // each file is one text
    lines,  // each line is a JSON string
    chat,   // each file is the body of a chat request
    speed   // as text, with the speed of counting
  };

  counting_mode mode = counting_mode::text;
  bool json = false;
  std::string model;                              // empty: no model was named
  std::optional<tokens::encoding_name> encoding;  // wins over the model's encoding
  std::vector<std::string> files;                 // "-" is stdin; never empty
};

// Parses the command line. `argv` begins with the subcommand, which is not read.
result<options, config::exit_request> read_options(int argc, const char* const* argv);

}  // namespace weir::cli
