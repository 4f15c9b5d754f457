#include "cli/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::cli {
namespace {

using testing::ElementsAre;

TEST(tokens_texts, that_are_not_utf8_are_reported_with_the_position) {
  EXPECT_TRUE(check_utf8("aé中😀"));
  EXPECT_EQ(check_utf8("ab\xff").error().message, "byte 2 is not UTF-8");
  EXPECT_FALSE(check_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(check_utf8("\xe4\xb8"));
}

TEST(tokens_texts, in_json_strings_are_unescaped) {
  EXPECT_EQ(*read_json_string(R"( "a\n\"\u00e9\ud83d\ude00" )"), "a\n\"é😀");
  EXPECT_EQ(*read_json_string(R"("\ud800a")"), "\uFFFDa");
  for (const char* wrong :
       {"", "a", "\"", "\"a", "\"a\"b\"", R"("\x")", R"("a\")", "\"\t\"", "\"\xff\"", "[]"}) {
    EXPECT_FALSE(read_json_string(wrong)) << wrong;
  }
}

TEST(tokens_texts, are_cut_into_lines_and_chunks) {
  EXPECT_THAT(split_lines("a\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(split_lines("a\n"), ElementsAre("a"));
  EXPECT_THAT(split_characters("aé中bc", 2), ElementsAre("aé", "中b", "c"));
  EXPECT_THAT(split_characters("", 2), ElementsAre());
}

TEST(tokens_texts, that_cannot_be_opened_are_named) {
  EXPECT_NE(read_input("/nowhere/to/be/found").error().message.find("/nowhere/to/be/found"),
            std::string::npos);
}

}  // namespace
}  // namespace weir::cli
