#include "gate/routes.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(routes, knows_each_url_by_method_and_path) {
  const std::tuple<std::string_view, std::string_view, place> table[] = {
      {"POST", "/v1/chat/completions", place::chat},
      {"GET", "/v1/models", place::models},
      {"HEAD", "/v1/models", place::models},
      {"GET", "/v1/models/gpt-4o", place::model},
      {"GET", "/v1/models/org/name", place::model},
      {"GET", "/healthz", place::health},
      {"HEAD", "/livez", place::live},
      {"GET", "/readyz", place::ready},
      {"GET", "/metrics", place::metrics},
      {"GET", "/", place::unknown},
      {"GET", "", place::unknown},
      {"GET", "/v1/models/", place::unknown},
      {"POST", "/v1/chat/completions/", place::unknown},
      {"POST", "/v1/chat/completion", place::unknown},
      {"POST", "/V1/chat/completions", place::unknown},
      {"POST", "/chat/completions", place::outside_v1},
      {"GET", "/models", place::outside_v1},
      {"GET", "/models/gpt-4o", place::outside_v1},
      {"GET", "/modelsx", place::unknown},
  };
  for (const auto& [method, path, where] : table)
    EXPECT_EQ(find_route(method, path).place, where) << method << ' ' << path;
}

TEST(routes, names_the_methods_there_are) {
  for (const char* method : {"GET", "HEAD", "PUT", "OPTIONS", "post"}) {
    const route wrong = find_route(method, "/v1/chat/completions");
    EXPECT_EQ(wrong.place, place::wrong_method);
    EXPECT_EQ(wrong.allow, "POST");
  }
  for (const char* path : {"/v1/models", "/v1/models/gpt-4o", "/healthz", "/livez", "/readyz", "/metrics"}) {
    const route wrong = find_route("POST", path);
    EXPECT_EQ(wrong.place, place::wrong_method);
    EXPECT_EQ(wrong.allow, "GET, HEAD");
  }
}

TEST(routes, gives_the_models_id) {
  EXPECT_EQ(find_route("GET", "/v1/models/gpt-4o-mini").id, "gpt-4o-mini");
}

}  // namespace
}  // namespace weir
