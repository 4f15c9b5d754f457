#include "policy/policy_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace weir::policy {
namespace {

// A key file of the test's own, removed at the end.
class policy_source_test : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  void write(const std::string& yaml) { std::ofstream(path_, std::ios::trunc) << yaml; }
  policy_source source(std::string inline_keys = "") const {
    return policy_source({.key_file = path_, .inline_keys = std::move(inline_keys), .policy = {}});
  }

  std::string path_ =
      std::filesystem::temp_directory_path() / ("policy_source_test." + std::to_string(getpid()));
};

TEST_F(policy_source_test, reads_the_file_again_at_each_load) {
  const policy_source from = source();
  write("keys: {sk-a: {request_per_minute: 1}}");
  const auto first = from.load();
  ASSERT_TRUE(first) << first.error().message;
  write("keys: {sk-a: {request_per_minute: 2}, sk-b: {}}");
  const auto second = from.load();
  ASSERT_TRUE(second);
  EXPECT_EQ((*first)->find_key("sk-a")->limits.requests, 1u);
  EXPECT_EQ((*first)->find_key("sk-b"), nullptr);
  EXPECT_EQ((*second)->find_key("sk-a")->limits.requests, 2u);
  EXPECT_EQ((*second)->key_count(), 2u);
  EXPECT_EQ((*first)->find_key("sk-a")->id, (*second)->find_key("sk-a")->id);
}

TEST_F(policy_source_test, adds_the_inline_keys_at_each_load) {
  write("keys: {sk-a: {request_per_minute: 1}, sk-b: {request_per_minute: 1}}");
  const auto loaded = source("keys: {sk-b: {request_per_minute: 7}, sk-c: {}}").load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->key_count(), 3u);
  EXPECT_EQ((*loaded)->find_key("sk-b")->limits.requests, 7u);
}

TEST_F(policy_source_test, names_file_line_and_column_of_an_error) {
  write("keys:\n  sk-a: {request_per_minute: many}\n");
  const auto loaded = source().load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message.find(path_ + ":2:"), 0u) << loaded.error().message;
}

}  // namespace
}  // namespace weir::policy
