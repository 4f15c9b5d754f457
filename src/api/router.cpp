#include "api/router.hpp"

#include <array>

namespace weir::api {
namespace {

struct known_path {
  std::string_view path;
  api::endpoint endpoint;
};

constexpr std::array<known_path, 4> readable{{{"/v1/models", endpoint::models},
                                              {"/healthz", endpoint::healthz},
                                              {"/livez", endpoint::livez},
                                              {"/readyz", endpoint::readyz}}};

constexpr std::string_view chat_path = "/v1/chat/completions";
constexpr std::string_view model_prefix = "/v1/models/";

route wrong_method(std::string_view allow) { return {endpoint::none, route_error::wrong_method, allow, {}}; }

route read_only(std::string_view method, api::endpoint to, std::string_view model = {}) {
  if (method != "GET" && method != "HEAD") return wrong_method("GET, HEAD");
  return {to, {}, {}, model};
}

}  // namespace

route find_route(std::string_view method, std::string_view path) {
  if (path == chat_path) {
    if (method != "POST") return wrong_method("POST");
    return {endpoint::chat_completions, {}, {}, {}};
  }
  for (const known_path& one : readable) {
    if (path == one.path) return read_only(method, one.endpoint);
  }
  if (path.starts_with(model_prefix) && path.size() > model_prefix.size())
    return read_only(method, endpoint::models, path.substr(model_prefix.size()));
  const bool outside_v1 = path == "/chat/completions" || path == "/models" || path.starts_with("/models/");
  return {endpoint::none, outside_v1 ? route_error::outside_v1 : route_error::unknown_url, {}, {}};
}

}  // namespace weir::api
