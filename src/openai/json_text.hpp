// Scalars of JSON as text: validates numbers and escapes, and unescapes strings. It has no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::openai {

enum class json_kind : std::uint8_t { object, array, string, integer, decimal, boolean, null, broken };

// The words of OpenAI's messages: "an object", "a decimal number", "null", ...
std::string_view with_article(json_kind);

// The kind of a token that does not begin with a quote or a bracket: number (RFC 8259 section 6), true,
// false, null or invalid.
json_kind scalar_kind(std::string_view token);

// A signed integer; where it does not fit, the end of the range, with `exact` false.
struct json_integer {
  std::int64_t value = 0;
  bool exact = true;
};
json_integer parse_integer(std::string_view digits);

// `text` is the inside of a string, between its quotes. True if every backslash begins an escape of RFC 8259
// section 7.
bool escapes_are_valid(std::string_view text);

// Appends `text`, whose escapes are valid, as unescaped UTF-8: surrogate pairs are joined, and a lone
// surrogate becomes U+FFFD.
void append_unescaped(std::string& out, std::string_view text);

}  // namespace weir::openai
