// The URLs of the API: from method and path to the endpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::api {

// The endpoints of the API, as the metric weir_http_requests_total labels them (handler).
enum class endpoint : std::uint8_t {
  chat_completions,  // POST /v1/chat/completions
  models,            // GET /v1/models, GET /v1/models/{id}
  livez,             // GET /livez
  readyz,            // GET /readyz
  healthz,           // GET /healthz
  none,              // unknown URL, or a method that the URL does not have
};
inline constexpr std::size_t endpoint_count = 6;

constexpr std::string_view name(endpoint e) {
  switch (e) {
    case endpoint::chat_completions: return "chat_completions";
    case endpoint::models: return "models";
    case endpoint::livez: return "livez";
    case endpoint::readyz: return "readyz";
    case endpoint::healthz: return "healthz";
    case endpoint::none: return "none";
  }
  return "none";
}

// Why a request has no endpoint.
enum class route_error : std::uint8_t {
  unknown_url,
  outside_v1,    // a URL of the API without its /v1
  wrong_method,  // `allow` names the methods that the URL has
};

struct route {
  api::endpoint endpoint = endpoint::none;
  route_error error = route_error::unknown_url;  // where endpoint is none
  std::string_view allow;                        // as the Allow header lists them (RFC 9110 section 10.2.1)
  std::string_view model;                        // of GET /v1/models/{id}: the id as sent; empty for the list
};

// Pure. HEAD is allowed where GET is. `path` has no query.
route find_route(std::string_view method, std::string_view path);

}  // namespace weir::api
