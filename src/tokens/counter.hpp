// How many tokens a text has: the interface that exact counting will fill.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

// Pure and thread-safe.
class token_counter {
 public:
  virtual ~token_counter() = default;
  // `text` is valid UTF-8.
  virtual std::uint32_t count(std::string_view text) const = 0;
};

}  // namespace weir
