// The limits that a node names for a key: W and the limits of the header RateLimit-Policy.
#pragma once

#include <cstdint>
#include <string_view>

#include "limit/amounts.hpp"

namespace weir::load {

struct policy_header {
  std::uint32_t window_seconds = 0;  // 0 where no limits are named
  limit::limits limits;              // a metric that the header does not name is unlimited

  bool has_limits() const { return window_seconds != 0; }
  friend bool operator==(const policy_header&, const policy_header&) = default;
};

// Parses `"requests";q=60;w=60, "input-tokens";q=20000;w=60` (draft-ietf-httpapi-ratelimit-headers-11). Items
// with other names and further parameters are ignored; an item that cannot be parsed names no limit. The
// first w counts.
policy_header read_policy_header(std::string_view header);

}  // namespace weir::load
