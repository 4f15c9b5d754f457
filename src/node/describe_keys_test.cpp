#include "node/describe_keys.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::node {
namespace {

using limit::limits;
using limit::metric;

TEST(describe_limit, names_the_window) {
  EXPECT_EQ(describe_limit(metric::requests, 120, 60), "120 requests per minute");
  EXPECT_EQ(describe_limit(metric::requests, 120, 10), "120 requests per 10 s");
  EXPECT_EQ(describe_limit(metric::input_tokens, limits::unlimited, 10), "unlimited input tokens");
  EXPECT_EQ(describe_limit(metric::output_tokens, 0, 1), "no output tokens per 1 s");
}

TEST(describe_keys, shows_masked_keys_with_ids_and_limits) {
  const std::vector<policy::key_entry> keys{{"sk-0123456789abcdef", {120, 20000, limits::unlimited}},
                                            {"sk-short", {}}};
  std::vector<key_id> ids(2);
  ids[0].hex.fill('a');
  ids[1].hex.fill('b');
  const std::string text = describe_keys(keys, ids, 10);
  EXPECT_EQ(text, "Keys (2), each with its id:\n  1.   sk-********cdef  " + std::string(32, 'a') +
                      "  120 requests per 10 s, 20000 input tokens per 10 s, unlimited output tokens\n"
                      "  2.   ********         " +
                      std::string(32, 'b') +
                      "  unlimited requests, unlimited input tokens, unlimited output tokens\n");
}

}  // namespace
}  // namespace weir::node
