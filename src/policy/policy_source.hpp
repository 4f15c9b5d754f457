// Loads the policy from the key file and the inline keys: once at start and again at each reload.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "policy/key_file.hpp"
#include "policy/policy.hpp"

namespace weir::policy {

struct policy_source_options {
  std::string key_file;     // empty: none
  std::string inline_keys;  // YAML; its entries replace the file's. Empty: none
  policy_options policy;
};

// Thread-safe: it is immutable, and each load() reads the file again.
class policy_source {
 public:
  explicit policy_source(policy_source_options options) : options_(std::move(options)) {}

  // The keys as they are written. The error names file, line and column and never holds a whole key.
  result<std::vector<key_entry>> read_keys() const;

  // Reads the keys and builds a policy of them, with a random fingerprint key. Blocks on the file; a large
  // file of 200,000 keys takes seconds. Same errors as read_keys().
  result<policy_snapshot> load() const;

 private:
  policy_source_options options_;
};

}  // namespace weir::policy
