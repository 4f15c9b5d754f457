// The errors of a body's fields in OpenAI's words. Each is a 400 of type invalid_request_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "openai/api_error.hpp"
#include "openai/json_text.hpp"

namespace weir::openai {

// `param` is the path of the field: "messages[0].role". The client's text is shortened in the message.
api_error no_model();
api_error missing_field(std::string param);
api_error wrong_type(std::string param, std::string_view expected, json_kind got);
// `integer`: the field is an integer, so the message says "integer below ..." and not "decimal below ...".
api_error below_minimum(std::string param, bool integer, std::int64_t least, std::string_view got);
api_error above_maximum(std::string param, bool integer, std::int64_t most, std::string_view got);
api_error empty_array(std::string param);
api_error array_too_long(std::string param, std::int64_t most, std::size_t got);
api_error empty_string(std::string param);
api_error string_too_long(std::string param, std::int64_t most, std::size_t got);
api_error object_too_large(std::string param, std::int64_t most, std::size_t got);
api_error unsupported_value(std::string param, std::string_view got,
                            std::span<const std::string_view> supported);
// A field that needs another one: "top_logprobs" needs "logprobs".
api_error only_with(std::string_view field, std::string_view other);
api_error invalid_token_id(std::string_view key);  // a value of logit_bias
api_error streaming_unsupported();
api_error body_is_no_object(json_kind got);

}  // namespace weir::openai
