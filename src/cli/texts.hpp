// Reads texts from files: checks UTF-8, unescapes JSON strings, and splits texts into lines and chunks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace weir::cli {

// Returns the whole file, or standard input for "-". The error names the file.
result<std::string> read_input(const std::string& name);

// Checks that `text` is UTF-8. The error names the position of the first byte that is not.
result<void> check_utf8(std::string_view text);

// Returns the text of one line, which is a JSON string with optional whitespace around it. A lone surrogate
// becomes U+FFFD.
result<std::string> read_json_string(std::string_view line);

// Returns the lines without their line breaks. The text behind the last line break is a line if it is not
// empty.
std::vector<std::string_view> split_lines(std::string_view text);

// Returns chunks of `characters` code points of valid UTF-8; the last may be shorter.
std::vector<std::string_view> split_characters(std::string_view text, std::size_t characters);

}  // namespace weir::cli
