// The policy: which keys there are and what each may use. From a key to the plan of its request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "limit/plan.hpp"
#include "policy/key_file.hpp"
#include "policy/key_table.hpp"

namespace weir::policy {

// The settings that a policy is built with.
struct policy_options {
  std::string key_id_secret;          // empty: key ids are plain hashes
  std::uint32_t window_seconds = 60;  // W of every window
};

// Immutable, so any thread may read it. It holds no API key, only their fingerprints and ids.
class policy {
 public:
  // `fingerprint_key` must be random. Keys are distinct. Takes about a microsecond a key. Throws
  // std::runtime_error where OpenSSL fails.
  policy(std::span<const key_entry> keys, const policy_options& options, const siphash_key& fingerprint_key);

  // The key that a client presented, or nullptr. Lives as long as the policy.
  const key_record* find_key(std::string_view presented) const { return keys_.find(presented); }

  // The plan of a request of this key that asks for `asked`.
  limit::plan plan_for(const key_record& key, const limit::amounts& asked) const;

  std::size_t key_count() const { return keys_.size(); }
  // The number of keys that could be guessed from a plain hash (key_ids.hpp).
  std::size_t low_entropy_key_count() const { return low_entropy_keys_; }

 private:
  limit::window_shape shape_;
  key_table keys_;
  std::size_t low_entropy_keys_ = 0;
};

// A request keeps the snapshot with which it began, so a reload never changes or frees what it reads.
using policy_snapshot = std::shared_ptr<const policy>;

}  // namespace weir::policy
