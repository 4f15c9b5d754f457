// The headers that tell a client where it stands: x-ratelimit-* as OpenAI words them, RateLimit as the IETF
// drafts it.
//
//   x-ratelimit-limit-requests: 120           the limit                                    absent where
//   unlimited x-ratelimit-remaining-requests: 119       limit - used, right after this decision
//   x-ratelimit-reset-requests: 1m0.21s       until the window is empty again if nothing else is spent
//   RateLimit-Policy: "requests";q=120;w=60   draft-ietf-httpapi-ratelimit-headers-11
//   RateLimit: "requests";r=119;t=61          t: whole seconds until the window is empty; for the metric that
//                                             refused, until this request fits (the same as retry-after)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limit/verdict.hpp"

namespace weir {

// As headers name a metric: "requests", "input-tokens", "output-tokens".
std::string_view header_name(metric m);

// The lines of a key that never change: x-ratelimit-limit-* and RateLimit-Policy. Empty for a key without
// limits.
std::string fixed_limit_lines(const limits& l, std::uint32_t window_seconds);

// Appends `fixed` and the lines of this verdict on the first scope of `asked`. About 0.2 us, no allocation
// where `out` has the room. A verdict that names no window (a bypassed limiter) has no lines.
void append_limit_lines(std::string& out, std::string_view fixed, const limits& l, const verdict& v,
                        std::uint32_t window_seconds);

// How long after `v.now` metric `m` of the first window is empty again; 0 where nothing is used.
microseconds empty_after(const verdict& v, metric m, std::uint32_t window_seconds);

}  // namespace weir
