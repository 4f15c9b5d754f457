#include "openai/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace weir::openai {
namespace {

TEST(json_text, classifies_scalars_by_rfc_8259) {
  using enum json_kind;
  const struct {
    std::string_view text;
    json_kind kind;
  } table[] = {
      {"0", integer},    {"-0", integer},    {"-12", integer},     {"99999999999999999999999", integer},
      {"1.5", decimal},  {"1e400", decimal}, {"-0.0E-7", decimal}, {"1E+2", decimal},
      {"true", boolean}, {"false", boolean}, {"null", null},       {"", broken},
      {"01", broken},    {"-", broken},      {"1.", broken},       {".5", broken},
      {"1e", broken},    {"1e+", broken},    {"+1", broken},       {"0x1", broken},
      {"1 2", broken},   {"NaN", broken},    {"Infinity", broken}, {"nul", broken},
      {"True", broken},  {"nullx", broken},  {"-NaN", broken},     {"1_000", broken}};
  for (const auto& row : table) EXPECT_EQ(scalar_kind(row.text), row.kind) << row.text;
}

TEST(json_text, clamps_integers_beyond_64_bits) {
  using range = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(parse_integer("-42").value, -42);
  EXPECT_TRUE(parse_integer("9223372036854775807").exact);
  EXPECT_EQ(parse_integer("9223372036854775808").value, range::max());
  EXPECT_EQ(parse_integer("-9223372036854775809").value, range::min());
  EXPECT_FALSE(parse_integer("-9223372036854775809").exact);
}

TEST(json_text, validates_escapes) {
  for (const std::string_view good :
       {"", "a", R"(\n)", R"(\"\\\/\b\f\n\r\t)", R"(\u00e9)", R"(\ud800)", R"(\\u12)"}) {
    EXPECT_TRUE(escapes_are_valid(good)) << good;
  }
  for (const std::string_view bad :
       {R"(\)", R"(\x41)", R"(\u12)", R"(\u12g4)", R"(\a)", R"(ok\)", R"(\'x)", R"(\U0041)"}) {
    EXPECT_FALSE(escapes_are_valid(bad)) << bad;
  }
}

TEST(json_text, replaces_escapes) {
  const struct {
    std::string_view text, meant;
  } table[] = {{"plain", "plain"},
               {R"(a\"b\\c\/d)", "a\"b\\c/d"},
               {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
               {R"(\u0041\u00e9\u4f60)", "A\u00e9\u4f60"},
               {R"(\ud83d\ude00!)", "\U0001F600!"},
               {R"(\ud83d)", "\uFFFD"},
               {R"(\ud83dx)", "\uFFFDx"},
               {R"(\ude00\ud83d)", "\uFFFD\uFFFD"},
               {R"(\ud83d\ud83d\ude00)", "\uFFFD\U0001F600"},
               {R"(\ud83d\n)", "\uFFFD\n"},
               {R"(\ud83d\u0041)", "\uFFFDA"}};
  for (const auto& row : table) {
    std::string out = ">";
    append_unescaped(out, row.text);
    EXPECT_EQ(out, ">" + std::string(row.meant)) << row.text;
  }
}

TEST(json_text, keeps_the_zero_character) {
  std::string out;
  append_unescaped(out, R"(a\u0000b)");
  EXPECT_EQ(out, std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace weir::openai
