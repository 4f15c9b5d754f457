// Parses api_keys.yaml: the keys and the limits of each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "limit/amounts.hpp"

namespace weir::policy {

struct key_entry {
  std::string key;  // in clear; print only mask_key() of it
  limit::limits limits{};
};

// Parses `keys: {sk-…: {request_per_minute: 120, input_tokens_per_minute: 20000, output_tokens_per_minute:
// 10000}}`. A limit without an entry is unlimited, and 0 admits nothing. Anchors and aliases may share limits
// between keys. `source` names the text in errors ("api_keys.yaml:3:12: …"). Every error names the position,
// the field, and what would be right. It never holds a whole key.
result<std::vector<key_entry>> parse_keys(std::string_view yaml, std::string_view source);

// Reads the file (empty path: none) and the inline YAML (empty: none), whose entries replace the file's of
// the same key. The default file may be absent where there is inline YAML.
result<std::vector<key_entry>> load_keys(const std::string& file, const std::string& inline_yaml);

}  // namespace weir::policy
