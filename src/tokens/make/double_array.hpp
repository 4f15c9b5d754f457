// Builds the double array of the trie of the tokens: every node is a unit, and its children are at base ^
// byte.
#pragma once

#include <string_view>
#include <vector>

#include "tokens/table_format.hpp"

namespace weir::tokens {

// Token i is tokens[i]. The size is a multiple of 256.
std::vector<trie_unit> build_double_array(const std::vector<std::string_view>& tokens);

}  // namespace weir::tokens
