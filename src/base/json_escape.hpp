// Escapes any bytes for a JSON string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// Appends `text` as the inside of a JSON string (RFC 8259 section 7), without the quotes. Bytes that are not
// UTF-8 become U+FFFD, so the result is always valid JSON.
void append_json_escaped(std::string& out, std::string_view text);

// The length of the UTF-8 sequence of more than one byte that `text` begins with (RFC 3629 section 4); 0
// where there is none. `text` is not empty.
std::size_t utf8_sequence(std::string_view text);

}  // namespace weir
