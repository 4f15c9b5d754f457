// An error in OpenAI's shape: {"error":{"message","type","param","code"}} with its HTTP status.
#pragma once

#include <string>
#include <string_view>

namespace weir::openai {

struct api_error {
  unsigned status = 400;
  std::string message;
  std::string_view type = "invalid_request_error";  // static storage
  std::string param;                                // empty: null
  std::string_view code;                            // static storage; empty: null
};

// Appends the JSON body.
void write_error(std::string& out, const api_error& e);

// Appends `text` as the inside of a JSON string (RFC 8259 section 7); `text` may hold any bytes: invalid UTF-8 becomes U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace weir::openai
