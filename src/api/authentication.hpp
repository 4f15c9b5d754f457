// Finds the key of a request.
#pragma once

#include <string_view>

#include "http/exchange.hpp"
#include "policy/policy.hpp"

namespace weir::api {

// The key in the header `Authorization: Bearer <key>` (RFC 6750 section 2.1): the scheme in any case, without
// the whitespace around the key. Empty where there is none.
std::string_view bearer_key(std::string_view authorization);

// The record of the request's key in `policy`, which keeps it alive. Otherwise nullptr, and `response` is the
// 401.
const policy::key_record* authenticate(const policy::policy& policy, const http::request_head& head,
                                       http::response& response);

}  // namespace weir::api
