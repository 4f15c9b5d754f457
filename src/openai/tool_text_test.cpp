#include "openai/tool_text.hpp"

#include <gtest/gtest.h>

namespace weir::openai {
namespace {

std::string declared(std::string_view parameters, std::string_view description = "") {
  tool_writer writer;
  std::string out;
  writer.append(out, {.name = "f", .description = description, .parameters = parameters});
  return out;
}

TEST(tool_text, declares_a_function_with_its_parameters) {
  EXPECT_EQ(
      declared(R"({"type":"object","properties":{"location":{"type":"string","description":"The city"},)"
               R"("unit":{"type":"string","enum":["celsius","fahrenheit"]}},"required":["location"]})",
               "Get the \\\"weather\\\""),
      "// Get the \"weather\"\ntype f = (_: {\n// The city\nlocation: string,\nunit?: \"celsius\" | "
      "\"fahrenheit\",\n}) => any;\n\n");
}

TEST(tool_text, declares_every_type) {
  EXPECT_EQ(
      declared(
          R"({"properties":{"a":{"type":"integer"},"b":{"type":"number","enum":[1,2.5]},)"
          R"("c":{"type":"boolean"},)"
          R"("d":{"type":"null"},"e":{"type":"array","items":{"type":"string"}},"f":{"type":"array"},"g":{},)"
          R"("h":{"type":["string","null"]},"i":{"type":"unheard"},"j":true,"k":{"enum":["x"]}}})"),
      "type f = (_: {\na?: number,\nb?: 1 | 2.5,\nc?: boolean,\nd?: null,\ne?: string[],\nf?: any[],\ng?: "
      "any,\nh?: string | null,\n"
      "i?: any,\nj?: any,\nk?: \"x\",\n}) => any;\n\n");
}

TEST(tool_text, indents_objects_in_objects_and_describes_the_outermost) {
  EXPECT_EQ(
      declared(
          R"({"properties":{"o":{"type":"object","description":"outer","properties":{"p":{"type":"string",)"
          R"("description":"inner"}}}}})"),
      "type f = (_: {\n// outer\no?: {\n  p?: string,\n},\n}) => any;\n\n");
}

TEST(tool_text, declares_a_function_without_parameters) {
  for (const char* none : {"", "{}", R"({"type":"object"})", R"({"properties":{}})"})
    EXPECT_EQ(declared(none), "type f = () => any;\n\n") << none;
}

TEST(tool_text, appends_a_schema_that_cannot_be_parsed_as_it_is) {
  EXPECT_EQ(declared("{\"a\":1e999}"), "type f = (_: {\"a\":1e999}) => any;\n\n");
}

TEST(tool_text, is_not_much_longer_than_a_deep_schema) {
  std::string schema = R"({"properties":{"a":{"type":"string"}}})";
  for (int i = 0; i < 200; ++i)
    schema = R"({"type":"object","properties":{"a":)" + schema + R"(,"b":{"type":"string"}}})";
  EXPECT_LT(declared(schema).size(), 4 * schema.size());
}

// Each keyword counts once. Ten repetitions in each of eight levels would otherwise make ten to the eighth
// lines.
TEST(tool_text, is_not_longer_than_a_schema_that_repeats_its_types) {
  std::string schema = R"({"type":"string"})";
  for (int i = 0; i < 8; ++i) {
    schema = R"({"type":["object","object","object","object","object","object","object","object","object",)"
             R"("object"],"properties":{"a":)" +
             schema + "}}";
  }
  EXPECT_LT(declared(schema).size(), schema.size());
  EXPECT_EQ(declared(R"({"properties":{"a":{"type":["string","string","null","odd","string","strange"]}}})"),
            "type f = (_: {\na?: string | null | any,\n}) => any;\n\n");
}

TEST(tool_text, writes_an_enum_once_for_each_type) {
  std::string types, values;
  for (int i = 0; i < 1000; ++i) types += R"("string",)", values += R"("value",)";
  const std::string schema =
      R"({"properties":{"a":{"type":[)" + types + R"("null"],"enum":[)" + values + R"("last"]}}})";
  EXPECT_LT(declared(schema).size(), schema.size());
}

TEST(tool_text, marks_the_required_ones_of_many_properties) {
  std::string properties, required;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "\"p" + std::to_string(i) + "\"";
    properties += name + R"(:{"type":"null"},)";
    if (i % 2 == 0) required += name + ",";
  }
  const std::string text =
      declared(R"({"properties":{)" + properties + R"("z":{}},"required":[)" + required + R"("z",7]})");
  EXPECT_NE(text.find("\np19998: null,\np19999?: null,\nz: any,"), std::string::npos);
}

}  // namespace
}  // namespace weir::openai
