#include "policy/key_ids.hpp"

#include <gtest/gtest.h>

namespace weir::policy {
namespace {

// $ printf %s sk-test-tier-a | sha256sum
TEST(key_ids, is_the_first_half_of_the_sha256_without_a_secret) {
  EXPECT_EQ(make_key_id("sk-test-tier-a", "").text(), "cc94cbd7d98f906a2925caaa2d7a78a9");
}

// $ printf %s sk-test-tier-a | openssl dgst -sha256 -binary | openssl dgst -sha256 -hmac pepper
TEST(key_ids, is_the_first_half_of_the_hmac_of_the_sha256_under_a_secret) {
  EXPECT_EQ(make_key_id("sk-test-tier-a", "pepper").text(), "7a7e5ae6eedfc6e6482a67c1b95611d2");
}

TEST(key_ids, fingerprints_differ_between_secrets) {
  EXPECT_EQ(secret_fingerprint(""), "none");
  EXPECT_EQ(secret_fingerprint("a"), secret_fingerprint("a"));
  EXPECT_NE(secret_fingerprint("a"), secret_fingerprint("b"));
  EXPECT_EQ(secret_fingerprint("a").size(), 16u);
}

TEST(key_ids, short_and_monotonous_keys_have_low_entropy) {
  EXPECT_TRUE(has_low_entropy(""));
  EXPECT_TRUE(has_low_entropy("sk-test-tier-a"));
  EXPECT_TRUE(has_low_entropy("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
  EXPECT_FALSE(has_low_entropy("sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s"));
  EXPECT_FALSE(has_low_entropy("0f8fad5bd9cb469fa16570867728950e"));
}

}  // namespace
}  // namespace weir::policy
