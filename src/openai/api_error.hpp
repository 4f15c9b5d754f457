// An error in OpenAI's shape: {"error":{"message","type","param","code"}} with its HTTP status, and those
// every route knows by name.
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

// Appends `text` as the inside of a JSON string (RFC 8259 section 7); `text` may hold any bytes: invalid
// UTF-8 becomes U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

// The rows of OpenAI's table that need no body to tell (those of a body's fields are in invalid_field.hpp).
// Texts are OpenAI's, but for links to OpenAI's own pages: weir's operator hands out keys, not
// platform.openai.com. What a client sent is shortened in them.
api_error no_key();                                                         // 401
api_error wrong_key(std::string_view masked);                               // 401; never pass a key in clear
api_error not_json();                                                       // 400
api_error unsupported_content_type(std::string_view content_type);          // 400; empty: none was sent
api_error unsupported_content_encoding(std::string_view content_encoding);  // 415
api_error model_not_found(std::string_view model);                          // 404
api_error unknown_url(std::string_view method, std::string_view path);  // 404: "/v1/…" that does not exist
api_error unknown_request_url(std::string_view method, std::string_view path);  // 404: anything else
api_error wrong_method(std::string_view method,
                       std::string_view path);  // 405; the caller adds the header "allow"
api_error server_error();                       // 500

}  // namespace weir::openai
