// Which weir this is.
#pragma once

#include <string_view>

namespace weir::node {

// As CMakeLists.txt has it: "0.1.0".
std::string_view version();

}  // namespace weir::node
