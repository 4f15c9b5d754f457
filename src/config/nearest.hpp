// Finds the known word that is closest to a typed one, for "did you mean ...?".
#pragma once

#include <span>
#include <string_view>

namespace weir::config {

// The known word with the fewest edits (an added, missing, wrong or swapped letter). Empty where the edits
// are more than a third of the letters, and for words of more than 64 letters.
std::string_view nearest(std::string_view typed, std::span<const std::string_view> known);

}  // namespace weir::config
