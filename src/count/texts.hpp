// From what a file holds to texts that can be counted: UTF-8 checked, JSON strings unescaped, chunks cut.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace weir::count {

// The whole file, or standard input for "-". The error names the file.
result<std::string> read_input(const std::string& name);

// An error with the place of the first byte that is no UTF-8.
result<void> check_utf8(std::string_view text);

// What one line says: a JSON string, blanks around it allowed. A lone surrogate becomes U+FFFD.
result<std::string> read_json_string(std::string_view line);

// Lines without their line breaks; what follows the last line break is a line if it is not empty.
std::vector<std::string_view> split_lines(std::string_view text);

// Pieces of so many characters (code points); the last may be shorter. Of valid UTF-8.
std::vector<std::string_view> split_characters(std::string_view text, std::size_t characters);

}  // namespace weir::count
