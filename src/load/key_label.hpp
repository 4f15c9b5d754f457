// How a report names a key without telling it.
#pragma once

#include <string_view>

#include "load/report.hpp"

namespace weir::load {

// Masked for people; for programs the key_id that a node without KEY_ID_SECRET gives it.
key_facts label_of(std::string_view key);

}  // namespace weir::load
