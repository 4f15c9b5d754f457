// Reads a small text file whole.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace weir::config {

// Returns the contents of the file. The error begins with the path and says what would be right. Folders and
// files of more than `most_bytes` are errors.
result<std::string> read_file(const std::string& path, std::size_t most_bytes);

// True where nothing of this name exists; a broken link counts as nothing.
bool is_absent(const std::string& path);

}  // namespace weir::config
