// Masks an API key for error messages: enough of it is shown to recognise the key, never enough to use it.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Returns the first 3 and the last 4 characters of a key of at least 16 characters. Shorter keys are hidden
// whole, and the result never tells the length of the key.
inline std::string mask_key(std::string_view key) {
  constexpr std::string_view hidden = "********";
  if (key.size() < 16) return std::string(hidden);
  return std::string(key.substr(0, 3)).append(hidden).append(key.substr(key.size() - 4));
}

}  // namespace weir
