// Names a key in a report without revealing it.
#pragma once

#include <string_view>

#include "load/report.hpp"

namespace weir::load {

// Returns the masked key for people, and for programs the id that a node without KEY_ID_SECRET computes.
key_info label_of(std::string_view key);

}  // namespace weir::load
