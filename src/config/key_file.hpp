// api_keys.yaml: which keys there are and what each may have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "limit/amounts.hpp"

namespace weir::config {

struct key_entry {
  std::string key;  // in clear: never print it, see mask()
  weir::limits limits;
};

// Parses `keys: {sk-…: {request_per_minute: 120, input_tokens_per_minute: 20000, output_tokens_per_minute: 10000}}`.
// `source` names the text in errors ("api_keys.yaml:3:12: …"). Every error says where, which field, and what would be right;
// it never holds a whole key.
result<std::vector<key_entry>> parse_keys(std::string_view yaml, std::string_view source);

// Reads the file (empty path: none) and the inline YAML (empty: none), whose entries replace the file's of the same key.
result<std::vector<key_entry>> load_keys(const std::string& file, const std::string& inline_yaml);

// What may be shown of a key: the first 3 and last 4 characters of one of 16 or more, nothing of a shorter one.
std::string mask(std::string_view key);

}  // namespace weir::config
