#include "gate/key_identity.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

// $ printf %s sk-test-tier-a | sha256sum
TEST(key_identity, is_the_first_half_of_the_sha256_without_a_secret) {
  EXPECT_EQ(make_key_id("sk-test-tier-a", "").text(), "cc94cbd7d98f906a2925caaa2d7a78a9");
}

// $ printf %s sk-test-tier-a | openssl dgst -sha256 -hmac pepper
TEST(key_identity, is_the_first_half_of_the_hmac_under_a_secret) {
  EXPECT_EQ(make_key_id("sk-test-tier-a", "pepper").text(), "2b6ff3ab0b1aaface8c0168d3c525083");
}

TEST(key_identity, fingerprints_tell_secrets_apart) {
  EXPECT_EQ(secret_fingerprint(""), "none");
  EXPECT_EQ(secret_fingerprint("a"), secret_fingerprint("a"));
  EXPECT_NE(secret_fingerprint("a"), secret_fingerprint("b"));
  EXPECT_EQ(secret_fingerprint("a").size(), 16u);
}

TEST(key_identity, calls_short_and_monotonous_keys_guessable) {
  EXPECT_TRUE(guessable(""));
  EXPECT_TRUE(guessable("sk-test-tier-a"));
  EXPECT_TRUE(guessable("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
  EXPECT_FALSE(guessable("sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s"));
  EXPECT_FALSE(guessable("0f8fad5bd9cb469fa16570867728950e"));
}

}  // namespace
}  // namespace weir
