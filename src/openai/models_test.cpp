#include "openai/models.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

namespace weir::openai {
namespace {

TEST(models, are_listed_with_id_and_root) {
  std::string out;
  write_models(out);
  simdjson::dom::parser parser;
  simdjson::dom::array data;
  ASSERT_EQ(parser.parse(out)["data"].get(data), simdjson::SUCCESS);
  EXPECT_EQ(data.size(), models().size());
  std::set<std::string> ids;
  for (const simdjson::dom::element m : data) {
    EXPECT_EQ(std::string_view(m["id"]), std::string_view(m["root"]));
    EXPECT_EQ(std::string_view(m["object"]), "model");
    ids.emplace(std::string_view(m["id"]));
  }
  EXPECT_EQ(ids.size(), models().size());
}

TEST(models, are_written_one_by_one) {
  std::string out;
  EXPECT_TRUE(write_model(out, "gpt-4o"));
  EXPECT_EQ(out,
            R"({"id":"gpt-4o","object":"model","created":1715367049,"owned_by":"system","root":"gpt-4o"})");
}

TEST(models, write_nothing_for_an_unknown_id) {
  std::string out;
  EXPECT_FALSE(write_model(out, "gpt-4o "));
  EXPECT_FALSE(write_model(out, ""));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace weir::openai
