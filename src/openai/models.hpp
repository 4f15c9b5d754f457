// The models that GET /v1/models lists. POST accepts any non-empty name, because the mock serves every model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::openai {

struct model {
  std::string_view id;
  std::int64_t created = 0;  // seconds since 1970, as OpenAI lists it
  std::string_view owned_by;
};

std::span<const model> models();

// Appends {"object":"list","data":[…]}.
void write_models(std::string& out);
// Appends the object of one model. False, with nothing appended, where the table does not have it. The object
// has "root" because vllm's benchmark requires it.
bool write_model(std::string& out, std::string_view id);

}  // namespace weir::openai
