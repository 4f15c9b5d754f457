// The keys of a policy as `weir check` prints them: masked, with their ids and limits.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/ids.hpp"
#include "limit/amounts.hpp"
#include "policy/key_file.hpp"

namespace weir::node {

// "120 requests per 10 s" for a window of 10 s, "120 requests per minute" for 60, "unlimited requests", "no
// requests" for 0.
std::string describe_limit(limit::metric which, std::uint32_t most, std::uint32_t window_seconds);

// Lines of text for a terminal. `ids` are those of `keys`, in the same order; logs and error messages use
// them.
std::string describe_keys(std::span<const policy::key_entry> keys, std::span<const key_id> ids,
                          std::uint32_t window_seconds);

}  // namespace weir::node
