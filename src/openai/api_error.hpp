// An error in OpenAI's shape, {"error":{"message","type","param","code"}}, with its HTTP status, and the
// errors that every endpoint shares.
#pragma once

#include <string>
#include <string_view>

namespace weir::openai {

struct api_error {
  unsigned status = 400;
  std::string message{};
  std::string_view type = "invalid_request_error";  // static storage
  std::string param{};                              // empty: null
  std::string_view code{};                          // static storage; empty: null
};

// Appends the JSON body.
void write_error(std::string& out, const api_error& e);

// The errors that do not depend on a body (invalid_field.hpp has those of a body's fields). The texts are
// OpenAI's, without the links to its pages: keys come from weir's operator and not from platform.openai.com.
// Texts of clients are shortened.
api_error no_key();                                                         // 401
api_error wrong_key(std::string_view masked);                               // 401; never pass a key in clear
api_error not_json();                                                       // 400
api_error unsupported_content_type(std::string_view content_type);          // 400; empty: none was sent
api_error unsupported_content_encoding(std::string_view content_encoding);  // 415
api_error model_not_found(std::string_view model);                          // 404
api_error unknown_url(std::string_view method, std::string_view path);      // 404
// 404: the path of an endpoint without its prefix /v1.
api_error unknown_request_url(std::string_view method, std::string_view path);
// 405; the caller adds the header "allow".
api_error wrong_method(std::string_view method, std::string_view path);
api_error server_error();  // 500

}  // namespace weir::openai
