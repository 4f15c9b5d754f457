// Names a key in a report without revealing it.
#pragma once

#include <string_view>

#include "load/report.hpp"

namespace weir::load {

// Masked for people; for programs, the key_id that a node without KEY_ID_SECRET computes.
key_info label_of(std::string_view key);

}  // namespace weir::load
