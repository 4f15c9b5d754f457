#include "policy/key_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "policy/key_ids.hpp"

namespace weir::policy {
namespace {

constexpr siphash_key some_fingerprint_key{0x243f6a8885a308d3U, 0x13198a2e03707344U};

key_table table_of(std::vector<key_entry> keys, std::string_view secret = "") {
  return {keys, secret, some_fingerprint_key};
}

TEST(key_table, finds_a_key_with_its_id_and_limits) {
  const key_table table = table_of({{"sk-a", {.requests = 1}}, {"sk-b", {.requests = 2}}}, "secret");
  const key_record* found = table.find("sk-b");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->limits.requests, 2u);
  EXPECT_EQ(found->id, make_key_id("sk-b", "secret"));
}

TEST(key_table, finds_nothing_that_is_not_exactly_a_key) {
  const key_table table = table_of({{"sk-a", {}}, {"sk-b", {}}});
  for (const char* wrong : {"", "s", "sk-", "sk-A", "sk-a ", "sk-ab", "sk-c"})
    EXPECT_EQ(table.find(wrong), nullptr) << wrong;
  EXPECT_EQ(table.find(std::string(16'000, 'x')), nullptr);
}

TEST(key_table, finds_nothing_where_there_are_no_keys) { EXPECT_EQ(table_of({}).find("sk-a"), nullptr); }

TEST(key_table, finds_each_of_many_under_any_fingerprint_key) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("sk-" + std::to_string(i * 7919));
  std::vector<key_entry> keys;
  for (std::uint32_t i = 0; i < names.size(); ++i) keys.push_back({names[i], {.requests = i}});
  std::mt19937_64 random(3);
  for (int round = 0; round < 5; ++round) {
    const key_table table(keys, "", {random(), random()});
    for (std::uint32_t i = 0; i < names.size(); ++i) ASSERT_EQ(table.find(names[i])->limits.requests, i);
    EXPECT_EQ(table.find("sk-1"), nullptr);
  }
}

}  // namespace
}  // namespace weir::policy
