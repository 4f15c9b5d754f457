#include "policy/siphash.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>

namespace weir::policy {
namespace {

// OpenSSL's own SipHash, slow to set up: the oracle.
siphash_tag oracle(const siphash_key& key, const std::string& text) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                              EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> ctx(EVP_MAC_CTX_new(mac.get()),
                                                                      EVP_MAC_CTX_free);
  EVP_MAC_init(ctx.get(), reinterpret_cast<const unsigned char*>(key.data()), sizeof key, nullptr);
  EVP_MAC_update(ctx.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  siphash_tag tag{};
  std::size_t written = 0;
  EVP_MAC_final(ctx.get(), reinterpret_cast<unsigned char*>(tag.data()), &written, sizeof tag);
  EXPECT_EQ(written, sizeof tag);
  return tag;
}

TEST(siphash, equals_the_authors_first_vector) {
  const siphash_key key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  const siphash_tag tag = siphash_128(key, "");
  EXPECT_EQ(tag[0], 0xe6a825ba047f81a3U);
  EXPECT_EQ(tag[1], 0x930255c71472f66dU);
}

TEST(siphash, equals_openssl_on_every_length_up_to_100) {
  std::mt19937_64 random(20261124);
  for (std::size_t length = 0; length <= 100; ++length) {
    const siphash_key key{random(), random()};
    std::string text(length, '\0');
    for (char& c : text) c = static_cast<char>(random());
    EXPECT_EQ(siphash_128(key, text), oracle(key, text)) << length;
  }
}

}  // namespace
}  // namespace weir::policy
