// api_keys.yaml: which keys there are and what each may have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "limit/amounts.hpp"

namespace weir::config {

struct key_entry {
  std::string key;  // in clear: never print it, see base/mask_key.hpp
  weir::limits limits{};
};

// Parses `keys: {sk-…: {request_per_minute: 120, input_tokens_per_minute: 20000, output_tokens_per_minute:
// 10000}}`. A limit that is not named is unlimited, 0 admits nothing; anchors and aliases may share limits
// between keys. `source` names the text in errors ("api_keys.yaml:3:12: …"). Every error says where, which
// field, and what would be right; it never holds a whole key.
result<std::vector<key_entry>> parse_keys(std::string_view yaml, std::string_view source);

// Reads the file (empty path: none) and the inline YAML (empty: none), whose entries replace the file's of
// the same key. The default file may be absent where there is inline YAML.
result<std::vector<key_entry>> load_keys(const std::string& file, const std::string& inline_yaml);

}  // namespace weir::config
