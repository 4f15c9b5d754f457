#include "gate/key_ring.hpp"

#include <gtest/gtest.h>

#include <random>

#include "gate/key_identity.hpp"

namespace weir {
namespace {

constexpr siphash_key some_fingerprint_key{0x243f6a8885a308d3U, 0x13198a2e03707344U};

key_ring ring_of(std::vector<known_key> keys, std::string_view secret = "") {
  return {keys, secret, 60, some_fingerprint_key};
}

TEST(key_ring, finds_a_key_with_its_id_and_limits) {
  const key_ring ring = ring_of({{"sk-a", {.requests = 1}}, {"sk-b", {.requests = 2}}}, "secret");
  const key_record* found = ring.find("sk-b");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->limits.requests, 2u);
  EXPECT_EQ(found->id, make_key_id("sk-b", "secret"));
}

TEST(key_ring, finds_nothing_that_is_not_exactly_a_key) {
  const key_ring ring = ring_of({{"sk-a", {}}, {"sk-b", {}}});
  for (const char* wrong : {"", "s", "sk-", "sk-A", "sk-a ", "sk-ab", "sk-c"})
    EXPECT_EQ(ring.find(wrong), nullptr) << wrong;
  EXPECT_EQ(ring.find(std::string(16'000, 'x')), nullptr);
}

TEST(key_ring, finds_nothing_where_there_are_no_keys) { EXPECT_EQ(ring_of({}).find("sk-a"), nullptr); }

TEST(key_ring, finds_each_of_many_under_any_fingerprint_key) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("sk-" + std::to_string(i * 7919));
  std::vector<known_key> keys;
  for (std::uint32_t i = 0; i < names.size(); ++i) keys.push_back({names[i], {.requests = i}});
  std::mt19937_64 random(3);
  for (int round = 0; round < 5; ++round) {
    const key_ring ring(keys, "", 60, {random(), random()});
    for (std::uint32_t i = 0; i < names.size(); ++i) ASSERT_EQ(ring.find(names[i])->limits.requests, i);
    EXPECT_EQ(ring.find("sk-1"), nullptr);
  }
}

TEST(key_ring, prepares_the_lines_that_never_change) {
  EXPECT_EQ(ring_of({{"sk-a", {.requests = 5}}}).find("sk-a")->limit_lines,
            "x-ratelimit-limit-requests: 5\r\nRateLimit-Policy: \"requests\";q=5;w=60\r\n");
}

TEST(bearer_key, reads_the_key_whatever_the_case_of_the_scheme) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"Bearer sk-a", "sk-a"},
      {"bearer sk-a", "sk-a"},
      {"BEARER  sk-a ", "sk-a"},
      {"Bearer sk a", "sk a"},
      {"", ""},
      {"Bearer", ""},
      {"Bearer ", ""},
      {"Bearer   ", ""},
      {"Basic c2stYQ==", ""},
      {"Bearersk-a", ""},
      {"sk-a", ""},
      {"Bea@er sk-a", ""},
  };
  for (const auto& [header, key] : table) EXPECT_EQ(bearer_key(header), key) << header;
}

}  // namespace
}  // namespace weir
