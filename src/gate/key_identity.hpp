// From an API key to the id that stands for it outside this process.
#pragma once

#include <string>
#include <string_view>

#include "base/key_id.hpp"

namespace weir {

// The first 128 bits of HMAC-SHA-256 of the key under `secret`, or of its SHA-256 where the secret is empty.
// Two nodes with the same secret name a key alike. Made at start only: about a microsecond.
key_id make_key_id(std::string_view key, std::string_view secret);

// Tells nodes with different secrets apart without telling the secret; "none" where there is none. Kept in
// the store.
std::string secret_fingerprint(std::string_view secret);

// Whether somebody who sees the plain SHA-256 of the key could find the key by trying: fewer than 64 bits by
// the entropy of its own characters. It errs on the quiet side for long keys made of words.
bool guessable(std::string_view key);

}  // namespace weir
