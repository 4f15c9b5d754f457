#include "tokens/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::tokens {
namespace {

using testing::ElementsAre;

template <class F>
std::vector<std::string> pretokens(std::string_view text, F&& next) {
  std::vector<std::string> all;
  auto at = reinterpret_cast<place>(text.data());
  const place end = at + text.size();
  while (at < end) {
    const place to = next(at, end);
    all.emplace_back(at, to);
    at = to;
  }
  return all;
}
std::vector<std::string> o200k(std::string_view text) {
  const pattern p;
  return pretokens(text, [&](place at, place end) { return p.o200k(at, end); });
}
std::vector<std::string> cl100k(std::string_view text) {
  const pattern p;
  return pretokens(text, [&](place at, place end) { return p.cl100k(at, end); });
}

TEST(pattern, keeps_contractions_with_the_word_or_apart) {
  EXPECT_THAT(o200k("I'm he'LL 'twas"), ElementsAre("I'm", " he'LL", " '", "twas"));
  EXPECT_THAT(cl100k("I'm he'LL 'twas"), ElementsAre("I", "'m", " he", "'LL", " '", "twas"));
  EXPECT_THAT(o200k("I'\u017f"), ElementsAre("I'\u017f"));
}

TEST(pattern, breaks_words_where_case_rises_in_o200k_only) {
  EXPECT_THAT(o200k("fooBar HTMLElement"), ElementsAre("foo", "Bar", " HTMLElement"));
  EXPECT_THAT(cl100k("fooBar HTMLElement"), ElementsAre("fooBar", " HTMLElement"));
  EXPECT_THAT(o200k("中A中AB"), ElementsAre("中A中", "AB"));
}

TEST(pattern, takes_marks_for_letters_in_o200k_only) {
  EXPECT_THAT(o200k("e\u0301a \u0301"), ElementsAre("e\u0301a", " \u0301"));
  EXPECT_THAT(cl100k("e\u0301a"), ElementsAre("e", "\u0301a"));
  EXPECT_THAT(o200k("\u0301AB"), ElementsAre("\u0301", "AB"));
}

TEST(pattern, cuts_numbers_to_three_digits) {
  EXPECT_THAT(o200k("12345 6"), ElementsAre("123", "45", " ", "6"));
  EXPECT_THAT(cl100k("\u0661\u0662\u0663\u0664"), ElementsAre("\u0661\u0662\u0663", "\u0664"));
}

TEST(pattern, gives_line_breaks_to_symbols) {
  EXPECT_THAT(o200k("a;\r\n/b"), ElementsAre("a", ";\r\n/", "b"));
  EXPECT_THAT(cl100k("a;\r\n/b"), ElementsAre("a", ";\r\n", "/b"));
}

TEST(pattern, leaves_the_last_whitespace_to_the_next_word) {
  EXPECT_THAT(o200k("a   b"), ElementsAre("a", "  ", " b"));
  EXPECT_THAT(o200k("a \n  b\n "), ElementsAre("a", " \n", " ", " b", "\n", " "));
  EXPECT_THAT(cl100k("a \n  b\n "), ElementsAre("a", " \n", " ", " b", "\n "));
  EXPECT_THAT(o200k("a\u3000\u3000b"), ElementsAre("a", "\u3000", "\u3000b"));
}

TEST(pattern, reads_no_byte_behind_the_end) {
  for (const std::string_view cut : {"\xe4\xb8", "\xf0\x9f\x98", "\xc5", "'", "a'", "'r"}) {
    const std::string exact(cut);  // a sanitizer notices a read behind the end
    EXPECT_FALSE(o200k(exact).empty());
    EXPECT_FALSE(cl100k(exact).empty());
  }
}

}  // namespace
}  // namespace weir::tokens
