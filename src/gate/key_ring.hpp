// Which keys this node knows: from what a client presents to the id and the limits it stands for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/key_id.hpp"
#include "gate/siphash.hpp"
#include "limit/amounts.hpp"

namespace weir {

// A key as the operator wrote it. Views: they must live until the ring is built.
struct known_key {
  std::string_view key;
  weir::limits limits;
};

// What the gate knows of a key.
struct key_record {
  key_id id;
  weir::limits limits;
  std::string limit_lines;  // the response headers of this key that never change (gate/limit_headers.hpp)
};

// Immutable, so any thread may read it. Holds no key: only fingerprints of keys under a random key of this
// process (SipHash, 128 bits), so that neither a dump nor the time a lookup takes tells anything about them.
class key_ring {
 public:
  // `fingerprint_key` is to be random. Keys are distinct. Throws std::runtime_error where OpenSSL fails.
  key_ring(std::span<const known_key> keys, std::string_view key_id_secret, std::uint32_t window_seconds,
           const siphash_key& fingerprint_key);

  // The record of the presented key, or nullptr. The same work for a key that is known and one that is not.
  const key_record* find(std::string_view presented) const;

  std::size_t size() const { return records_.size(); }

 private:
  // Open addressing, at most half full; index is into records_, of which no_record names none.
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

// The key in the header `Authorization: Bearer <key>`: the scheme in any case, blanks around the key dropped.
// Empty where there is none.
std::string_view bearer_key(std::string_view authorization);

}  // namespace weir
