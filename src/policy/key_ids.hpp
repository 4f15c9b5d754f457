// Computes the id that stands for an API key outside this process.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace weir::policy {

// The first 128 bits of HMAC-SHA-256(secret, SHA-256(key)), or of SHA-256(key) where the secret is empty. The
// HMAC is over the 32 bytes of the hash, so a key that is known only by its hash has the same id. Nodes with
// the same secret compute the same id. Takes about a microsecond. Throws std::runtime_error where OpenSSL
// fails.
key_id make_key_id(std::string_view key, std::string_view secret);

// 16 hex digits that differ between secrets and do not reveal them; "none" for an empty secret. The store
// keeps it, so that a node with another secret notices. Throws like make_key_id().
std::string secret_fingerprint(std::string_view secret);

// True where the key could be found by trying keys until their SHA-256 matches its id: its own characters
// have less than 64 bits of entropy. Long keys made of words pass the test although they may be weak.
bool has_low_entropy(std::string_view key);

}  // namespace weir::policy
