#include "load/payloads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace weir::load {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

options two_nodes_two_keys() {
  options o;
  o.nodes = {*read_node_url("http://a:1"), *read_node_url("http://b:2/llm")};
  o.keys = {"sk-one", "sk-two"};
  o.payload_cache_size = 100;
  return o;
}

std::string composed(const payloads& p, std::uint32_t node, std::uint32_t key, std::uint32_t prompt) {
  return std::string(p.head(node, key)).append(p.tail(prompt));
}

TEST(payloads, a_request_names_node_key_and_length) {
  const payloads p(two_nodes_two_keys());
  const std::string request = composed(p, 1, 0, 5);
  EXPECT_THAT(request, StartsWith("POST /llm/v1/chat/completions HTTP/1.1\r\nHost: b:2\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer sk-one\r\n"));
  const std::size_t body = request.find("\r\n\r\n") + 4;
  EXPECT_THAT(request, HasSubstr("Content-Length: " + std::to_string(request.size() - body) + "\r\n\r\n{"));
  EXPECT_THAT(request, EndsWith("}"));
}

TEST(payloads, prompts_differ_and_each_has_max_tokens_in_range) {
  const payloads p(two_nodes_two_keys());
  std::set<std::string> all;
  for (std::uint32_t i = 0; i < p.prompts(); ++i) {
    const std::string request = composed(p, 0, 0, i);
    const std::size_t at = request.find(R"("max_tokens":)");
    ASSERT_NE(at, std::string::npos);
    const int tokens = std::stoi(request.substr(at + 13));
    EXPECT_TRUE(tokens >= 16 && tokens <= 64) << tokens;
    all.insert(request);
  }
  EXPECT_EQ(all.size(), 100U);
}

TEST(payloads, are_the_same_for_the_same_seed) {
  options o = two_nodes_two_keys();
  const std::string first = composed(payloads(o), 0, 1, 7);
  EXPECT_EQ(composed(payloads(o), 0, 1, 7), first);
  o.seed = 2;
  EXPECT_NE(composed(payloads(o), 0, 1, 7), first);
}

TEST(payloads, the_model_is_escaped) {
  options o = two_nodes_two_keys();
  o.model = "a\"b";
  EXPECT_THAT(composed(payloads(o), 0, 0, 0), HasSubstr(R"("model":"a\"b")"));
}

}  // namespace
}  // namespace weir::load
