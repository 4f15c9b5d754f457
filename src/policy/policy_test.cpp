#include "policy/policy.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "policy/key_ids.hpp"

namespace weir::policy {
namespace {

constexpr siphash_key fingerprint_key{1, 2};

policy policy_of(std::vector<key_entry> keys, std::string secret = "") {
  return policy(keys, {.key_id_secret = std::move(secret), .window_seconds = 10}, fingerprint_key);
}

TEST(policy, plans_one_reported_window_for_a_key) {
  const policy p = policy_of({{"sk-a", {.requests = 5}}});
  const key_record* key = p.find_key("sk-a");
  ASSERT_NE(key, nullptr);
  const limit::plan plan = p.plan_for(*key, {1, 20, 300});
  EXPECT_EQ(plan.root, key->id);
  EXPECT_EQ(plan.asked, (limit::amounts{1, 20, 300}));
  ASSERT_EQ(plan.part_count, 1);
  EXPECT_TRUE(plan.is_reported(0));
  EXPECT_EQ(plan.parts[0], (limit::part{key->id, {1, 11}, {.requests = 5}}));
}

TEST(policy, identifies_keys_under_its_secret) {
  const policy p = policy_of({{"sk-a", {}}}, "pepper");
  EXPECT_EQ(p.find_key("sk-a")->id, make_key_id("sk-a", "pepper"));
  EXPECT_EQ(p.find_key("sk-b"), nullptr);
}

TEST(policy, counts_its_keys_and_those_that_could_be_guessed) {
  const policy p = policy_of({{"sk-a", {}}, {"sk-proj-8Jx2vQ7mZt4LrB9cWn5KdH3s", {}}});
  EXPECT_EQ(p.key_count(), 2u);
  EXPECT_EQ(p.low_entropy_key_count(), 1u);
}

}  // namespace
}  // namespace weir::policy
