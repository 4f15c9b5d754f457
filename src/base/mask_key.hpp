// What may be shown of a key that somebody typed: enough to recognise it, never enough to use it.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// The first 3 and last 4 characters of a key of 16 or more, nothing of a shorter one, nor how long it is.
inline std::string mask_key(std::string_view key) {
  constexpr std::string_view hidden = "********";
  if (key.size() < 16) return std::string(hidden);
  return std::string(key.substr(0, 3)).append(hidden).append(key.substr(key.size() - 4));
}

}  // namespace weir
