#include "policy/key_ids.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cmath>
#include <span>
#include <stdexcept>

namespace weir::policy {
namespace {

using digest = std::array<unsigned char, 32>;

digest sha256(std::string_view text) {
  digest out{};
  if (EVP_Digest(text.data(), text.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
  }
  return out;
}

digest hmac_sha256(std::string_view secret, std::span<const unsigned char> bytes) {
  digest out{};
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes.data(), bytes.size(),
           out.data(), nullptr) == nullptr) {
    throw std::runtime_error("HMAC-SHA-256 is not available in this OpenSSL");
  }
  return out;
}

key_id hex_of(const digest& d) {
  static constexpr char digits[] = "0123456789abcdef";
  key_id id;
  for (std::size_t i = 0; i < id.hex.size() / 2; ++i) {
    id.hex[2 * i] = digits[d[i] >> 4];
    id.hex[2 * i + 1] = digits[d[i] & 15];
  }
  return id;
}

}  // namespace

key_id make_key_id(std::string_view key, std::string_view secret) {
  const digest hash = sha256(key);
  return hex_of(secret.empty() ? hash : hmac_sha256(secret, hash));
}

std::string secret_fingerprint(std::string_view secret) {
  if (secret.empty()) return "none";
  return std::string(hex_of(hmac_sha256(secret, sha256("weir key id secret"))).text().substr(0, 16));
}

bool has_low_entropy(std::string_view key) {
  std::array<unsigned, 256> counts{};
  for (const char c : key) ++counts[static_cast<unsigned char>(c)];
  const double size = static_cast<double>(key.size());
  double bits = 0;
  for (const unsigned n : counts) {
    if (n != 0) bits -= n * std::log2(n / size);
  }
  return bits < 64;
}

}  // namespace weir::policy
