// What a node's headers say a key may use: W and the limits, read from RateLimit-Policy.
#pragma once

#include <cstdint>
#include <string_view>

#include "limit/amounts.hpp"

namespace weir::load {

struct policy {
  std::uint32_t window_seconds = 0;  // 0: no limits named
  weir::limits limits;               // a metric that is not named is unlimited

  bool named() const { return window_seconds != 0; }
  friend bool operator==(const policy&, const policy&) = default;
};

// Reads `"requests";q=60;w=60, "input-tokens";q=20000;w=60` (draft-ietf-httpapi-ratelimit-headers-11). Items
// of other names and further parameters are passed over; what cannot be read names no limit. Among several w
// the first counts.
policy read_policy(std::string_view header);

}  // namespace weir::load
