// SipHash-2-4 with 128 bits of output: a keyed fingerprint of short strings that cannot be predicted without
// the key.
//
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and the authors' reference code
// for the 128-bit variant. About 25 ns for an API key, against 300 ns for SHA-256 through OpenSSL's EVP.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::policy {

using siphash_key = std::array<std::uint64_t, 2>;
using siphash_tag = std::array<std::uint64_t, 2>;

// Pure; constant time for inputs of one length.
siphash_tag siphash_128(const siphash_key& key, std::string_view text);

}  // namespace weir::policy
