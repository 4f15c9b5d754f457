#include "config/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace weir::config {
namespace {

constexpr std::array<std::string_view, 4> known{"--port", "--host", "--redis", "--window-seconds"};

TEST(nearest, finds_a_typo_of_every_kind) {
  EXPECT_EQ(nearest("--prot", known), "--port");
  EXPECT_EQ(nearest("--ports", known), "--port");
  EXPECT_EQ(nearest("--redi", known), "--redis");
  EXPECT_EQ(nearest("--windw-seconds", known), "--window-seconds");
  EXPECT_EQ(nearest("--hist", known), "--host");
}

TEST(nearest, returns_nothing_where_no_word_is_near) {
  EXPECT_EQ(nearest("--entirely-other", known), "");
  EXPECT_EQ(nearest(std::string(1000, '-'), known), "");
  EXPECT_EQ(nearest("", known), "");
}

}  // namespace
}  // namespace weir::config
