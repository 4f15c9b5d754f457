// The keys of a policy, found by what a client presents.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "limit/amounts.hpp"
#include "policy/key_file.hpp"
#include "policy/siphash.hpp"

namespace weir::policy {

// A key as the policy knows it. Plain data.
struct key_record {
  key_id id;
  limit::limits limits;
};

// Immutable, so any thread may read it. It holds no key: only fingerprints of keys under a random key of this
// process (SipHash, 128 bits), so neither a memory dump nor the time of a lookup reveals anything about the
// keys.
class key_table {
 public:
  // `fingerprint_key` must be random. Keys are distinct. Throws std::runtime_error where OpenSSL fails.
  key_table(std::span<const key_entry> keys, std::string_view key_id_secret,
            const siphash_key& fingerprint_key);

  // The record of the presented key, or nullptr. A known key and an unknown one cost the same.
  const key_record* find(std::string_view presented) const;

  std::size_t size() const { return records_.size(); }

 private:
  // Open addressing, at most half full. `index` is into records_; no_record marks a free slot.
  struct slot {
    siphash_tag tag{};
    std::uint32_t index = no_record;
  };
  static constexpr std::uint32_t no_record = 0xffffffffU;

  void insert(const siphash_tag& tag, std::uint32_t index);

  siphash_key fingerprint_key_;
  std::vector<key_record> records_;
  std::vector<slot> slots_;
};

}  // namespace weir::policy
