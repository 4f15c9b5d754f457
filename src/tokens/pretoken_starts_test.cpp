// Compares with the patterns, pre-token by pre-token.
#include "tokens/pretoken_starts.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tokens/pattern.hpp"

namespace weir::tokens {
namespace {

place next_pretoken(const pattern& p, bool cased, place at, place end) {
  return cased ? p.o200k(at, end) : p.cl100k(at, end);
}

std::uint64_t starts_of(const pattern& p, bool cased, place at, std::size_t size) {
  return cased ? find_pretoken_starts<true>(p.points(), at, size)
               : find_pretoken_starts<false>(p.points(), at, size);
}

// At every begin of a pre-token, the answer about the next pre-tokens must be right and complete. Returns the
// number of pre-tokens decided.
std::size_t check(const std::string& text, bool cased) {
  const pattern p;
  const std::string padded = text + std::string(mask_bytes, '\0');
  const place begin = reinterpret_cast<place>(padded.data()), end = begin + text.size();
  std::size_t told = 0;
  for (place at = begin; at < end; at = next_pretoken(p, cased, at, end)) {
    std::uint64_t starts = starts_of(p, cased, at, static_cast<std::size_t>(end - at));
    EXPECT_EQ(starts & 1U, 1U);
    const auto last = static_cast<std::size_t>(std::bit_width(starts)) - 1;
    std::uint64_t pretokens = 0;
    for (place pretoken = at; pretoken <= at + last && pretoken < end;
         pretoken = next_pretoken(p, cased, pretoken, end))
      pretokens |= std::uint64_t{1} << (pretoken - at);
    EXPECT_EQ(starts, pretokens) << (cased ? "o200k" : "cl100k") << " at " << at - begin << " of \"" << text
                                 << '"';
    told += static_cast<std::size_t>(std::popcount(starts)) - 1;
    if (starts != pretokens) break;
  }
  return told;
}

std::string random_text(std::mt19937& random, const std::vector<std::string>& units, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += units[random() % units.size()];
  return text;
}

TEST(pretoken_starts, are_those_of_the_patterns) {
  const std::vector<std::vector<std::string>> alphabets{
      {"a", "B", " ", "\n"},
      {"a", "B", "'", " ", "s", "ll", "("},
      {"a", "'s", "'ll", "'RE", "'vE", "'lL", "'", "'\u017f", "r", "s", " ", "don't", "de"},
      {" ", "\n", "\t", "\r", "a", "."},
      {"1", "12", "12345", " ", "a", "-"},
      {"/", "\n", ";", " ", "a", "//"},
      {"a", "B", "é", "É", " ", "'", "’", "s"},
      {"“", "a", " ", "…", ".", "😀", "©"},
      {"a", "的", "ª", "ǅ", "\u0301", " ", "A"},
      {"\u00a0", "a", "1", "(", "\n", "«"},
      {"\u00a0", "\u3000", "\u2028", " ", "\n", "a", "."},
      {"٣", "1", "a", " ", "½"},
      {std::string(1, '\0'), "\x1c", "\x7f", "\x0b", "a", " "},
      {"a", "\xff", "\xc3", "\xe2\x80", " ", "b"},
      {"the ", "Quick", "brown_fox ", "don't ", "  ", "\n\n", "x = 10;\n", "    if (a) {\n", "1,234.56 "},
  };
  std::mt19937 random(20261124);
  for (const auto& units : alphabets) {
    for (int i = 0; i < 600; ++i) {
      const std::string text = random_text(random, units, 1 + random() % 60);
      for (const bool cased : {true, false}) check(text, cased);
      if (HasFailure()) return;
    }
  }
}

TEST(pretoken_starts, are_nearly_all_told_of_ordinary_text) {
  std::string text;
  while (text.size() < 1000)
    text +=
        "The weir lets through what the mill below can carry; no more, and never less. Naïve? Oui, déjà.\n  "
        "for (x in 1..10) go(x)\n";
  for (const bool cased : {true, false}) EXPECT_GT(check(text, cased), 1500U);
}

}  // namespace
}  // namespace weir::tokens
