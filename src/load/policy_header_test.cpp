#include "load/policy_header.hpp"

#include <gtest/gtest.h>

namespace weir::load {
namespace {

constexpr std::uint32_t no = limit::limits::unlimited;

TEST(policy_header, reads_what_a_node_names) {
  struct row {
    const char* header;
    policy_header expected;
  };
  const row rows[] = {
      {"", {0, {}}},
      {R"("requests";q=60;w=60)", {60, {60, no, no}}},
      {R"("requests";q=3;w=10, "input-tokens";q=20000;w=10, "output-tokens";q=0;w=10)", {10, {3, 20'000, 0}}},
      {R"("output-tokens";w=7;q=5)", {7, {no, no, 5}}},  // in any order
      {R"("requests";q=9;w=60;qu="requests",  "input-tokens" ; q=8 ; w=60)",
       {60, {9, 8, no}}},                                            // parameters, whitespace
      {R"("other";q=1;w=5, "requests";q=2;w=6)", {6, {2, no, no}}},  // metrics that weir does not count
      {R"("requests";q=-1;w=60)", {0, {}}},
      {R"("requests";q=99999999999;w=60)", {0, {}}},
      {R"("requests";q=5)", {0, {}}},  // no window, so no limits
      {R"("requests";q=5;w=0)", {0, {}}},
      {R"(requests;q=5;w=60)", {0, {}}},
      {R"(;;,,=";)", {0, {}}},
  };
  for (const row& r : rows) EXPECT_EQ(read_policy_header(r.header), r.expected) << r.header;
}

}  // namespace
}  // namespace weir::load
