#include "tokens/make/vocabulary.hpp"

#include <stdexcept>

namespace weir::tokens {

vocabulary::vocabulary(std::string_view file) {
  while (!file.empty()) {
    const std::size_t length = static_cast<unsigned char>(file[0]);
    if (length == 0 || length >= file.size())
      throw std::runtime_error("not a vocabulary: a token's length is wrong");
    ids_.emplace(file.substr(1, length), static_cast<token_id>(tokens_.size()));
    tokens_.push_back(file.substr(1, length));
    file.remove_prefix(1 + length);
  }
  if (ids_.size() != tokens_.size() || tokens_.size() >= no_token)
    throw std::runtime_error("not a vocabulary: a token twice, or too many");
}

token_id vocabulary::find(std::string_view bytes) const {
  const auto found = ids_.find(bytes);
  return found == ids_.end() ? no_token : found->second;
}

merge vocabulary::split(token_id token) const {
  const std::string_view bytes = tokens_[token];
  if (bytes.size() == 1) return {token, token};
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < bytes.size(); ++i) parts.push_back(bytes.substr(i, 1));
  while (parts.size() > 2) {
    token_id best = token;
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const token_id joined = find({parts[i].data(), parts[i].size() + parts[i + 1].size()});
      if (joined < best) best = joined, at = i;
    }
    if (best == token)
      throw std::runtime_error("token " + std::to_string(token) + " cannot be reached by merges");
    parts[at] = {parts[at].data(), tokens_[best].size()};
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  return {find(parts[0]), find(parts[1])};
}

token_id vocabulary::longest_prefix(token_id token) const {
  const std::string_view bytes = tokens_[token];
  for (std::size_t length = bytes.size() - 1; length > 0; --length) {
    if (const token_id found = find(bytes.substr(0, length)); found != no_token) return found;
  }
  return no_token;
}

}  // namespace weir::tokens
