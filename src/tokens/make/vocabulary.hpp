// A vocabulary as the build reads it: the tokens by id, with the merge of each and its longest prefix that is
// a token.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokens/table_format.hpp"

namespace weir::tokens {

struct merge {
  token_id left = no_token, right = no_token;
};

// Throws std::runtime_error where the file is not a vocabulary, or a token cannot be made by merges.
class vocabulary {
 public:
  // `file`: see scripts/vocabulary.
  explicit vocabulary(std::string_view file);

  const std::vector<std::string_view>& tokens() const { return tokens_; }
  // no_token where no token has these bytes.
  token_id find(std::string_view bytes) const;
  // The last merge that makes the token from its own bytes by earlier merges; for a single byte, the byte
  // itself twice.
  merge split(token_id token) const;
  token_id longest_prefix(token_id token) const;

 private:
  std::vector<std::string_view> tokens_;
  std::unordered_map<std::string_view, token_id> ids_;
};

}  // namespace weir::tokens
