// The output of `weir tokens`: a number, a table of files, or JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/speed.hpp"

namespace weir::cli {

// The count of one file.
struct counted {
  std::string name;
  std::string_view encoding;
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
};

// One file: its number alone. Several files: a line for each, and their sum.
std::string as_text(std::span<const counted> files);
std::string as_json(std::span<const counted> files);
// --lines: one count for each line; as JSON, one array.
std::string lines_as_text(std::span<const std::uint32_t> counts);
std::string lines_as_json(std::span<const std::uint32_t> counts);
// --speed
struct measured {
  counted file;
  speed result;
};
std::string speeds_as_text(std::span<const measured> files);
std::string speeds_as_json(std::span<const measured> files);

}  // namespace weir::cli
