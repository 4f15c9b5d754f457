// Which URLs a node has: from method and path to what is asked for.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class place : std::uint8_t {
  chat,     // POST /v1/chat/completions
  models,   // GET /v1/models
  model,    // GET /v1/models/{id}
  health,   // GET /healthz
  live,     // GET /livez
  ready,    // GET /readyz
  metrics,  // GET /metrics
  wrong_method,
  outside_v1,  // a URL of the API without its /v1
  unknown,
};

struct route {
  weir::place place = place::unknown;
  std::string_view allow;  // for wrong_method: the methods there are, as the Allow header lists them
  std::string_view id;     // for model: the last segment, as sent
};

// Pure. HEAD is allowed where GET is. `path` is without its query.
route find_route(std::string_view method, std::string_view path);

}  // namespace weir
