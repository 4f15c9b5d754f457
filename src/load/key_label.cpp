#include "load/key_label.hpp"

#include <openssl/sha.h>

#include "base/mask_key.hpp"

namespace weir::load {

key_facts label_of(std::string_view key) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest);
  key_facts facts{.masked = mask_key(key), .id = {}};
  for (int i = 0; i < 16; ++i) {
    facts.id += digits[digest[i] >> 4];
    facts.id += digits[digest[i] & 15];
  }
  return facts;
}

}  // namespace weir::load
