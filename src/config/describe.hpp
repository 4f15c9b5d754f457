// Describes the settings in force for `weir check`, with secrets masked.
#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace weir::config {

// The URL without its password: "redis://user:***@host:6379/0".
std::string without_password(std::string_view url);

// Lines of text for a terminal.
std::string describe_settings(const settings& s);

}  // namespace weir::config
