#include "openai/api_error.hpp"

#include "base/json_escape.hpp"
#include "base/text.hpp"

namespace weir::openai {
namespace {

// Texts of clients are shortened in messages, so that responses stay small.
std::string_view shown(std::string_view text) { return text.substr(0, 200); }

void append_or_null(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  if (text.empty()) {
    out += "null";
    return;
  }
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

}  // namespace

void write_error(std::string& out, const api_error& e) {
  out += "{\"error\":{\"message\":\"";
  append_json_escaped(out, e.message);
  out += "\",\"type\":\"";
  append_json_escaped(out, e.type);
  out += '"';
  append_or_null(out, "param", e.param);
  append_or_null(out, "code", e.code);
  out += "}}";
}

api_error no_key() {
  return {.status = 401,
          .message =
              "You didn't provide an API key. You need to provide your API key in an Authorization header "
              "using Bearer auth "
              "(i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from the operator of this "
              "service."};
}

api_error wrong_key(std::string_view masked) {
  return {.status = 401,
          .message = joined({"Incorrect API key provided", masked.empty() ? "" : ": ", shown(masked),
                             ". You can obtain an API key from the operator of this service."}),
          .code = "invalid_api_key"};
}

api_error not_json() {
  return {
      .message =
          "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
          "HTTP "
          "library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"};
}

api_error unsupported_content_type(std::string_view content_type) {
  const std::string_view type = shown(content_type);
  if (type.empty()) {
    return {.message =
                "Unsupported content type: none was given. This API method only accepts 'application/json' "
                "requests. "
                "Please try again with the header 'Content-Type: application/json'.",
            .code = "unsupported_content_type"};
  }
  return {.message = joined(
              {"Unsupported content type: '", type,
               "'. This API method only accepts 'application/json' requests, but you specified the header "
               "'Content-Type: ",
               type, "'. Please try again with a supported content type."}),
          .code = "unsupported_content_type"};
}

api_error unsupported_content_encoding(std::string_view content_encoding) {
  return {.status = 415,
          .message = joined({"Unsupported content encoding: '", shown(content_encoding),
                             "'. Please send the body as it is, without the header 'Content-Encoding'."}),
          .code = "unsupported_content_encoding"};
}

api_error model_not_found(std::string_view model) {
  return {
      .status = 404,
      .message = joined({"The model `", shown(model), "` does not exist or you do not have access to it."}),
      .code = "model_not_found"};
}

api_error unknown_url(std::string_view method, std::string_view path) {
  return {.status = 404, .message = joined({"Invalid URL (", shown(method), " ", shown(path), ")"})};
}

api_error unknown_request_url(std::string_view method, std::string_view path) {
  return {.status = 404,
          .message = joined({"Unknown request URL: ", shown(method), " ", shown(path),
                             ". Please check the URL for typos: the API's paths begin with /v1/."}),
          .code = "unknown_url"};
}

api_error wrong_method(std::string_view method, std::string_view path) {
  return {.status = 405,
          .message = joined({"Not allowed to ", shown(method), " on ", shown(path),
                             ". (HINT: Perhaps you meant to use a different HTTP method?)"})};
}

api_error server_error() {
  return {.status = 500,
          .message = "The server had an error while processing your request. Sorry about that!",
          .type = "server_error"};
}

}  // namespace weir::openai
