#include "load/key_label.hpp"

#include <openssl/sha.h>

#include "base/mask_key.hpp"

namespace weir::load {

key_info label_of(std::string_view key) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest);
  key_info info{.masked = mask_key(key), .id = {}};
  for (int i = 0; i < 16; ++i) {
    info.id += digits[digest[i] >> 4];
    info.id += digits[digest[i] & 15];
  }
  return info;
}

}  // namespace weir::load
