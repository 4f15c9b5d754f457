// The response headers that tell a client how much of its limits is left: x-ratelimit-* in OpenAI's words,
// RateLimit in the IETF's.
//
//   x-ratelimit-limit-requests: 120           the limit; absent where unlimited
//   RateLimit-Policy: "requests";q=120;w=60   draft-ietf-httpapi-ratelimit-headers-11
//   x-ratelimit-remaining-requests: 119       limit - used, right after this decision
//   x-ratelimit-reset-requests: 1m0.21s       until the window is empty if nothing else is spent
//   RateLimit: "requests";r=119;t=61          t: whole seconds until the window is empty; for the metric that
//   caused a
//                                             rejection, until this request fits (the same as retry-after)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "limit/decision.hpp"

namespace weir::api {

// The name of a metric in headers: "requests", "input-tokens", "output-tokens".
std::string_view header_name(limit::metric m);

// Appends the header lines of this decision on `p`. They show the reported parts; where several of them limit
// a metric, the one with the least left. A decision that names no window (the limiter is bypassed) has no
// lines. Takes about 0.3 us, without an allocation where `out` has room for 1 KiB.
void append_limit_headers(std::string& out, const limit::plan& p, const limit::decision& d);

// The time from `d.now` until metric `m` of part `part_index` is empty again; 0 where nothing of it is used.
microseconds empty_after(const limit::plan& p, const limit::decision& d, std::size_t part_index,
                         limit::metric m);

}  // namespace weir::api
