#include "tokens/byte_estimator.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

TEST(byte_estimator, is_a_quarter_of_the_bytes_rounded_up) {
  const byte_estimator estimator;
  const struct {
    std::size_t bytes;
    std::uint32_t tokens;
  } table[] = {{0, 0}, {1, 1}, {3, 1}, {4, 1}, {5, 2}, {8, 2}, {4001, 1001}};
  for (const auto& row : table) EXPECT_EQ(estimator.count(std::string(row.bytes, 'x')), row.tokens) << row.bytes;
}

TEST(byte_estimator, sees_bytes_not_characters) { EXPECT_EQ(byte_estimator{}.count("你好吗"), 3U); }

}  // namespace
}  // namespace weir
