// GET /v1/models and GET /v1/models/{id}.
#pragma once

#include <string_view>

#include "http/exchange.hpp"

namespace weir::api {

// Fills the response of an authenticated request: the list of models where `id` is empty, otherwise one model
// or 404.
void write_models_response(http::response& response, std::string_view id);

}  // namespace weir::api
