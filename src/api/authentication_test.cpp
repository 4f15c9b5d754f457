#include "api/authentication.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace weir::api {
namespace {

TEST(bearer_key, reads_the_key_for_any_case_of_the_scheme) {
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
}  // namespace weir::api
