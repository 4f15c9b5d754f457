// From what became of a request to status, headers and body: the refusals of the limiter and of the house.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/exchange.hpp"
#include "limit/verdict.hpp"
#include "openai/api_error.hpp"
#include "store/store.hpp"
#include "upstream/upstream.hpp"

namespace weir {

// Status and body of an error in OpenAI's shape.
void write_api_error(http::answer& reply, const openai::api_error& e);

// 429 for a verdict that is not admitted: body, retry-after and retry-after-ms, or x-should-retry: false
// where the request can never fit. The limit headers are the caller's to add. What OpenAI calls an
// organization is the key's id here.
void write_rejection(http::answer& reply, std::string_view model, const charge& asked, const verdict& v,
                     std::uint32_t window_seconds);

// 503 with Retry-After: 1: the store gave no verdict. The code names the outage: "store_deadline", ….
void write_outage(http::answer& reply, outage why);

// 502 or 504: admitted, but there is no completion.
void write_upstream_failure(http::answer& reply, upstream_failure why);

// What could not be read as a request, or whose body could not. Nothing for `disconnected`: nobody is left.
void write_refusal(http::answer& reply, http::refusal why, std::size_t max_body_bytes);

}  // namespace weir
