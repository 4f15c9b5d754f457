// What `weir check` prints: the settings in force and the keys with their limits, secrets masked.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/key_id.hpp"
#include "config/key_file.hpp"
#include "config/settings.hpp"

namespace weir::config {

// "redis://user:***@host:6379/0": the URL without its password.
std::string without_password(std::string_view url);

// "120 requests per 10 s" at a window of 10 s, "120 requests per minute" at 60, "unlimited requests", "no
// requests" at 0.
std::string describe_limit(metric which, std::uint32_t limit, std::uint32_t window_seconds);

// Lines of text, ready for a terminal. `ids` are those of `keys`, in their order, by which logs and answers
// name them; none: not shown.
std::string describe(const settings&, std::span<const key_entry> keys, std::span<const key_id> ids = {});

}  // namespace weir::config
