// The models that GET /v1/models lists. POST accepts any non-empty name: the mock serves whatever it is asked
// for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::openai {

struct model {
  std::string_view id;
  std::int64_t created = 0;  // unix seconds, as OpenAI lists it
  std::string_view owned_by;
};

std::span<const model> models();

// Appends {"object":"list","data":[…]}.
void write_models(std::string& out);
// Appends one model's object; false (and nothing appended) where the table has no such model. "root" is there
// because vllm's benchmark reads it without asking.
bool write_model(std::string& out, std::string_view id);

}  // namespace weir::openai
