// Maps failures to HTTP status, headers and OpenAI error bodies: rate limits, store, upstream, bad requests.
#pragma once

#include <cstddef>
#include <string_view>

#include "admission/limiter.hpp"
#include "http/exchange.hpp"
#include "limit/decision.hpp"
#include "openai/api_error.hpp"
#include "upstream/upstream.hpp"

namespace weir::api {

// Status and body of an error in OpenAI's shape.
void write_api_error(http::response& response, const openai::api_error& e);

// 429 for a plan that was not admitted: the body, and retry-after with retry-after-ms, or x-should-retry:
// false where the request never fits. The caller adds the limit headers. The message names the part's id
// where OpenAI names an organization.
void write_rejection(http::response& response, std::string_view model, const limit::plan& p,
                     const limit::decision& d);

// 503 with Retry-After: 1: there is no decision. The code names the error: "store_deadline", ...
void write_store_error(http::response& response, admission::store_error why);

// 502, 503 or 504: the request was admitted, but there is no completion.
void write_upstream_error(http::response& response, upstream::upstream_error why);

// The response to a request, or a body, that could not be read. Nothing for `disconnected`: the client has
// gone.
void write_request_error(http::response& response, http::request_error why, std::size_t max_body_bytes);

}  // namespace weir::api
