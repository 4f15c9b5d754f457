#include "policy/key_table.hpp"

#include <openssl/crypto.h>

#include <bit>

#include "policy/key_ids.hpp"

namespace weir::policy {

key_table::key_table(std::span<const key_entry> keys, std::string_view key_id_secret,
                     const siphash_key& fingerprint_key)
    : fingerprint_key_(fingerprint_key), slots_(std::bit_ceil(2 * keys.size() + 2)) {
  records_.reserve(keys.size());
  for (const auto& entry : keys) {
    insert(siphash_128(fingerprint_key_, entry.key), static_cast<std::uint32_t>(records_.size()));
    records_.push_back({make_key_id(entry.key, key_id_secret), entry.limits});
  }
}

void key_table::insert(const siphash_tag& tag, std::uint32_t index) {
  std::size_t at = tag[0] & (slots_.size() - 1);
  while (slots_[at].index != no_record) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {tag, index};
}

// Clients cannot choose fingerprints, so the length of the probe (its timing) reveals nothing about stored
// keys.
const key_record* key_table::find(std::string_view presented) const {
  const siphash_tag tag = siphash_128(fingerprint_key_, presented);
  std::size_t at = tag[0] & (slots_.size() - 1);
  while (slots_[at].index != no_record && slots_[at].tag[0] != tag[0]) at = (at + 1) & (slots_.size() - 1);
  const bool equal = CRYPTO_memcmp(slots_[at].tag.data(), tag.data(), sizeof tag) == 0;
  return equal && slots_[at].index != no_record ? &records_[slots_[at].index] : nullptr;
}

}  // namespace weir::policy
