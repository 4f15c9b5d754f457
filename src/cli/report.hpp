// The output of `weir tokens`: a number, a table of files, or JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/speed.hpp"

namespace weir::cli {

// The count of one file.
struct file_count {
  std::string name;
  std::string_view encoding;
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
};

// The number alone for one file; otherwise a line for each file, and their sum.
std::string as_text(std::span<const file_count> files);
std::string as_json(std::span<const file_count> files);
// The output of --lines: one count for each line; as JSON, one array.
std::string lines_as_text(std::span<const std::uint32_t> counts);
std::string lines_as_json(std::span<const std::uint32_t> counts);
// The output of --speed.
struct file_speed {
  file_count file;
  speed result;
};
std::string speeds_as_text(std::span<const file_speed> files);
std::string speeds_as_json(std::span<const file_speed> files);

}  // namespace weir::cli
