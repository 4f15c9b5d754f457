// What `weir tokens` prints: a number, a table of files, or JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "count/speed.hpp"

namespace weir::count {

// A file that was counted.
struct counted {
  std::string name;
  std::string_view encoding;
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
};

// One file: its number alone. More: a line each, and their sum.
std::string as_text(std::span<const counted> files);
std::string as_json(std::span<const counted> files);
// --lines: a count a line; as JSON one array.
std::string lines_as_text(std::span<const std::uint32_t> counts);
std::string lines_as_json(std::span<const std::uint32_t> counts);
// --speed
struct measured {
  counted file;
  speed result;
};
std::string speeds_as_text(std::span<const measured> files);
std::string speeds_as_json(std::span<const measured> files);

}  // namespace weir::count
