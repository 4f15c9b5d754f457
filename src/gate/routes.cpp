#include "gate/routes.hpp"

#include <array>

namespace weir {
namespace {

struct known_path {
  std::string_view path;
  weir::place place;
};

constexpr std::array<known_path, 5> readable{{{"/v1/models", place::models},
                                              {"/healthz", place::health},
                                              {"/livez", place::live},
                                              {"/readyz", place::ready},
                                              {"/metrics", place::metrics}}};

constexpr std::string_view chat_path = "/v1/chat/completions";
constexpr std::string_view model_prefix = "/v1/models/";

route read_only(std::string_view method, weir::place where, std::string_view id = {}) {
  if (method == "GET" || method == "HEAD") return {where, {}, id};
  return {place::wrong_method, "GET, HEAD", {}};
}

}  // namespace

route find_route(std::string_view method, std::string_view path) {
  if (path == chat_path) {
    if (method == "POST") return {place::chat, {}, {}};
    return {place::wrong_method, "POST", {}};
  }
  for (const auto& known : readable) {
    if (path == known.path) return read_only(method, known.place);
  }
  if (path.starts_with(model_prefix) && path.size() > model_prefix.size()) {
    return read_only(method, place::model, path.substr(model_prefix.size()));
  }
  if (path == "/chat/completions" || path == "/models" || path.starts_with("/models/"))
    return {place::outside_v1, {}, {}};
  return {};
}

}  // namespace weir
