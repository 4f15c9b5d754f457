#include "api/router.hpp"

#include <gtest/gtest.h>

namespace weir::api {
namespace {

TEST(router, knows_each_url_by_method_and_path) {
  const std::tuple<std::string_view, std::string_view, endpoint> table[] = {
      {"POST", "/v1/chat/completions", endpoint::chat_completions},
      {"GET", "/v1/models", endpoint::models},
      {"HEAD", "/v1/models", endpoint::models},
      {"GET", "/v1/models/gpt-4o", endpoint::models},
      {"GET", "/v1/models/org/name", endpoint::models},
      {"GET", "/healthz", endpoint::healthz},
      {"HEAD", "/livez", endpoint::livez},
      {"GET", "/readyz", endpoint::readyz},
      {"GET", "/", endpoint::none},
      {"GET", "", endpoint::none},
      {"GET", "/v1/models/", endpoint::none},
      {"POST", "/v1/chat/completions/", endpoint::none},
      {"POST", "/v1/chat/completion", endpoint::none},
      {"POST", "/V1/chat/completions", endpoint::none},
      {"POST", "/chat/completions", endpoint::none},
      {"GET", "/models", endpoint::none},
      {"GET", "/models/gpt-4o", endpoint::none},
      {"GET", "/modelsx", endpoint::none},
  };
  for (const auto& [method, path, to] : table)
    EXPECT_EQ(find_route(method, path).endpoint, to) << method << ' ' << path;
}

TEST(router, names_the_methods_of_a_url) {
  for (const char* method : {"GET", "HEAD", "PUT", "OPTIONS", "post"}) {
    const route wrong = find_route(method, "/v1/chat/completions");
    EXPECT_EQ(wrong.endpoint, endpoint::none);
    EXPECT_EQ(wrong.error, route_error::wrong_method);
    EXPECT_EQ(wrong.allow, "POST");
  }
  for (const char* path : {"/v1/models", "/v1/models/gpt-4o", "/healthz", "/livez", "/readyz"}) {
    const route wrong = find_route("POST", path);
    EXPECT_EQ(wrong.endpoint, endpoint::none);
    EXPECT_EQ(wrong.error, route_error::wrong_method);
    EXPECT_EQ(wrong.allow, "GET, HEAD");
  }
}

TEST(router, knows_urls_that_lack_v1) {
  for (const char* path : {"/chat/completions", "/models", "/models/gpt-4o"})
    EXPECT_EQ(find_route("GET", path).error, route_error::outside_v1) << path;
  EXPECT_EQ(find_route("GET", "/modelsx").error, route_error::unknown_url);
}

TEST(router, returns_the_id_of_a_model) {
  EXPECT_EQ(find_route("GET", "/v1/models/gpt-4o-mini").model, "gpt-4o-mini");
}

}  // namespace
}  // namespace weir::api
