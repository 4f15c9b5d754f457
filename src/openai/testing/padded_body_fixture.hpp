// Reads a body from memory of exactly its size and the reader's padding, so that a sanitizer notices reads
// behind it.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "openai/chat_request.hpp"

namespace weir::openai {

inline result<chat_request, api_error> read_padded(chat_reader& reader, std::string_view body,
                                                   char padding = '\0') {
  constexpr std::size_t padding_bytes = 64;
  const auto bytes = std::make_unique<char[]>(body.size() + padding_bytes);
  std::fill_n(std::copy(body.begin(), body.end(), bytes.get()), padding_bytes, padding);
  return reader.read(bytes.get(), body.size());
}

}  // namespace weir::openai
