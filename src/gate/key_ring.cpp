#include "gate/key_ring.hpp"

#include <openssl/crypto.h>

#include <bit>

#include "base/text.hpp"
#include "gate/key_identity.hpp"
#include "gate/limit_headers.hpp"

namespace weir {

key_ring::key_ring(std::span<const known_key> keys, std::string_view key_id_secret,
                   std::uint32_t window_seconds, const siphash_key& fingerprint_key)
    : fingerprint_key_(fingerprint_key), slots_(std::bit_ceil(2 * keys.size() + 2)) {
  records_.reserve(keys.size());
  for (const auto& known : keys) {
    insert(siphash_128(fingerprint_key_, known.key), static_cast<std::uint32_t>(records_.size()));
    records_.push_back({make_key_id(known.key, key_id_secret), known.limits,
                        fixed_limit_lines(known.limits, window_seconds)});
  }
}

void key_ring::insert(const siphash_tag& tag, std::uint32_t index) {
  std::size_t at = tag[0] & (slots_.size() - 1);
  while (slots_[at].index != no_record) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {tag, index};
}

// Who presents a key cannot choose its fingerprint, so how far the probing goes tells nothing about the keys
// there are.
const key_record* key_ring::find(std::string_view presented) const {
  const siphash_tag tag = siphash_128(fingerprint_key_, presented);
  std::size_t at = tag[0] & (slots_.size() - 1);
  while (slots_[at].index != no_record && slots_[at].tag[0] != tag[0]) at = (at + 1) & (slots_.size() - 1);
  const bool equal = CRYPTO_memcmp(slots_[at].tag.data(), tag.data(), sizeof tag) == 0;
  return equal && slots_[at].index != no_record ? &records_[slots_[at].index] : nullptr;
}

std::string_view bearer_key(std::string_view authorization) {
  static constexpr std::string_view scheme = "bearer";
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  const std::size_t begin = authorization.find_first_not_of(" \t", scheme.size());
  if (begin == std::string_view::npos) return {};
  return authorization.substr(begin, authorization.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace weir
