#include "api/models_handler.hpp"

#include "api/error_responses.hpp"
#include "openai/models.hpp"

namespace weir::api {

void write_models_response(http::response& response, std::string_view id) {
  if (id.empty()) return openai::write_models(response.body);
  if (!openai::write_model(response.body, id)) write_api_error(response, openai::model_not_found(id));
}

}  // namespace weir::api
