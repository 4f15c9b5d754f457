// "Did you mean …?": the known word that is closest to what was typed.
#pragma once

#include <span>
#include <string_view>

namespace weir::config {

// The known word with the fewest edits (a letter more, less, other, or two swapped), empty where all are too
// far: more than a third of the letters. Words of more than 64 letters are nobody's typo.
std::string_view nearest(std::string_view typed, std::span<const std::string_view> known);

}  // namespace weir::config
