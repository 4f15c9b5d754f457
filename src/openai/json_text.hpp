// Scalars of JSON as text: is this a number, are these escapes right, what do they stand for. No parser
// state, no allocation of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::openai {

enum class json_kind : std::uint8_t { object, array, string, integer, decimal, boolean, null, broken };

// As OpenAI's messages put it: "an object", "a decimal number", "null", …
std::string_view with_article(json_kind);

// What a token is that does not begin with a quote or a bracket: number (RFC 8259 section 6), true, false,
// null or broken.
json_kind scalar_kind(std::string_view token);

// A signed integer of any size, as far as it can matter: what does not fit lies at the end of the range, with
// `exact` false.
struct json_integer {
  std::int64_t value = 0;
  bool exact = true;
};
json_integer parse_integer(std::string_view digits);

// `text` is the inside of a string, between its quotes. True if every backslash begins an escape of RFC 8259
// section 7.
bool escapes_are_valid(std::string_view text);

// Appends what `text` (with valid escapes) stands for, as UTF-8: surrogate pairs are joined, a lone surrogate
// becomes U+FFFD.
void append_unescaped(std::string& out, std::string_view text);

// How many bytes the well-formed UTF-8 sequence (RFC 3629 section 4) at the head of `text` has, where it
// begins with a byte beyond ASCII; 0 where it is none. `text` is not empty.
std::size_t utf8_sequence(std::string_view text);

}  // namespace weir::openai
