#include "openai/invalid_field.hpp"

#include "base/text.hpp"

namespace weir::openai {
namespace {

constexpr std::size_t most_shown_bytes = 64;

std::string shown(std::string_view text) {
  if (text.size() <= most_shown_bytes) return std::string(text);
  return std::string(text.substr(0, most_shown_bytes)) + "…";
}

api_error invalid(std::string param, std::string message, std::string_view code) {
  return {.message = std::move(message), .param = std::move(param), .code = code};
}

// "'a'", "'a' and 'b'", "'a', 'b', and 'c'"
std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += words.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == words.size()) text += "and ";
    text += joined({"'", words[i], "'"});
  }
  return text;
}

}  // namespace

api_error no_model() { return {.message = "you must provide a model parameter"}; }

api_error missing_field(std::string param) {
  std::string text = joined({"Missing required parameter: '", param, "'."});
  return invalid(std::move(param), std::move(text), "missing_required_parameter");
}

api_error wrong_type(std::string param, std::string_view expected, json_kind got) {
  std::string text = joined(
      {"Invalid type for '", param, "': expected ", expected, ", but got ", with_article(got), " instead."});
  return invalid(std::move(param), std::move(text), "invalid_type");
}

api_error below_minimum(std::string param, bool integer, std::int64_t least, std::string_view got) {
  std::string text = joined({"Invalid '", param, "': ", integer ? "integer" : "decimal",
                             " below minimum value. Expected a value >= ", std::to_string(least),
                             ", but got ", shown(got), " instead."});
  return invalid(std::move(param), std::move(text),
                 integer ? "integer_below_min_value" : "decimal_below_min_value");
}

api_error above_maximum(std::string param, bool integer, std::int64_t most, std::string_view got) {
  std::string text = joined({"Invalid '", param, "': ", integer ? "integer" : "decimal",
                             " above maximum value. Expected a value <= ", std::to_string(most), ", but got ",
                             shown(got), " instead."});
  return invalid(std::move(param), std::move(text),
                 integer ? "integer_above_max_value" : "decimal_above_max_value");
}

api_error empty_array(std::string param) {
  std::string text =
      joined({"Invalid '", param,
              "': empty array. Expected an array with minimum length 1, but got an empty array instead."});
  return invalid(std::move(param), std::move(text), "empty_array");
}

api_error array_too_long(std::string param, std::int64_t most, std::size_t got) {
  std::string text =
      joined({"Invalid '", param, "': array too long. Expected an array with maximum length ",
              std::to_string(most), ", but got an array with length ", std::to_string(got), " instead."});
  return invalid(std::move(param), std::move(text), "array_above_max_length");
}

api_error empty_string(std::string param) {
  std::string text =
      joined({"Invalid '", param,
              "': empty string. Expected a string with minimum length 1, but got an empty string instead."});
  return invalid(std::move(param), std::move(text), "empty_string");
}

api_error string_too_long(std::string param, std::int64_t most, std::size_t got) {
  std::string text =
      joined({"Invalid '", param, "': string too long. Expected a string with maximum length ",
              std::to_string(most), ", but got a string with length ", std::to_string(got), " instead."});
  return invalid(std::move(param), std::move(text), "string_above_max_length");
}

api_error object_too_large(std::string param, std::int64_t most, std::size_t got) {
  std::string text = joined({"Invalid '", param, "': too many properties. Expected an object with at most ",
                             std::to_string(most), " properties, but got an object with ",
                             std::to_string(got), " properties instead."});
  return invalid(std::move(param), std::move(text), "object_above_max_properties");
}

api_error unsupported_value(std::string param, std::string_view got,
                            std::span<const std::string_view> supported) {
  std::string text =
      joined({"Invalid value: '", shown(got), "'. Supported values are: ", listed(supported), "."});
  return invalid(std::move(param), std::move(text), "invalid_value");
}

api_error only_with(std::string_view field, std::string_view other) {
  return invalid(std::string(field),
                 joined({"The '", field, "' parameter is only allowed when '", other, "' is enabled."}), "");
}

api_error invalid_token_id(std::string_view key) {
  return invalid("logit_bias",
                 joined({"Invalid key in 'logit_bias': ", shown(key),
                         ". You should only be submitting non-negative integers."}),
                 "invalid_value");
}

api_error streaming_unsupported() {
  return invalid("stream",
                 "Unsupported value: 'stream' does not support true on this node: streaming is not supported "
                 "yet. Send false, or "
                 "leave 'stream' out.",
                 "unsupported_value");
}

api_error body_is_no_object(json_kind got) {
  return invalid("",
                 joined({"Invalid type for the request body: expected an object, but got ", with_article(got),
                         " instead."}),
                 "invalid_type");
}

}  // namespace weir::openai
