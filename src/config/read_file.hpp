// A small text file, whole, or why not.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace weir::config {

// Errors begin with the path and name what to do; a folder, and a file of more than `most_bytes`, are errors.
result<std::string> read_file(const std::string& path, std::size_t most_bytes);

// Nothing of this name is there (not even a broken link's target).
bool is_absent(const std::string& path);

}  // namespace weir::config
