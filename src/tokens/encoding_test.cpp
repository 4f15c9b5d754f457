#include "tokens/encoding.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tokens/testing/naive_encoder_fixture.hpp"
#include "tokens/word_merger.hpp"

namespace weir::tokens {
namespace {

using enum encoding_name;

std::uint32_t count(encoding_name which, std::string_view text) {
  token_cache cache;
  return encoding(which).count(text, cache);
}

const naive_encoder& naive(encoding_name which) {
  static const naive_encoder o200k(o200k_base, WEIR_TOKEN_DATA), cl100k(cl100k_base, WEIR_TOKEN_DATA);
  return which == cl100k_base ? cl100k : o200k;
}

// These are the counts of tiktoken 0.14.0; tests/tokens_test.py compares with it at length.
TEST(encoding, counts_as_tiktoken_does) {
  const struct {
    std::string_view text;
    std::uint32_t o200k, cl100k;
  } table[] = {
      {"", 0, 0},
      {"a", 1, 1},
      {"Hello, world!", 4, 4},
      {"<|endoftext|>", 7, 7},
      {"<|im_start|>", 6, 6},
      {" I'\u017f", 2, 4},
      {"tokenization", 2, 2},
      {"  \n  x", 3, 3},
      {"\uFFFDa", 1, 2},
  };
  for (const auto& row : table) {
    EXPECT_EQ(count(o200k_base, row.text), row.o200k) << row.text;
    EXPECT_EQ(count(o200k_harmony, row.text), row.o200k) << row.text;
    EXPECT_EQ(count(cl100k_base, row.text), row.cl100k) << row.text;
  }
}

TEST(encoding, knows_every_token_as_one) {
  for (const encoding_name which : {o200k_base, cl100k_base}) {
    const encoding e(which);
    token_cache cache;
    const tables t = which == cl100k_base ? cl100k_tables() : o200k_tables();
    const auto& tokens = naive(which).tokens();
    ASSERT_EQ(t.token_count(), tokens.size());
    for (std::uint32_t id = 0; id < tokens.size(); ++id) {
      const auto* const bytes = reinterpret_cast<const std::uint8_t*>(tokens[id].data());
      ASSERT_EQ(t.longest(bytes, tokens[id].size()), id);
      const auto size = static_cast<std::uint32_t>(tokens[id].size());
      if (size <= max_short_pretoken) {
        ASSERT_EQ(count_small_pretoken(t, cache, bytes, size), 1U) << id;
      }
      if (size > 1 && size <= longest_word) {
        ASSERT_TRUE(t.is_word(tokens[id])) << id;
        word_merger merger(t, cache);
        merger.add(make_word_key(tokens[id]));
        ASSERT_EQ(merger.count(), 1U) << id;
      }
    }
  }
}

// The fast path for ASCII relies on this.
TEST(encoding, has_a_token_for_every_byte_and_every_number_of_three_digits) {
  for (const encoding_name which : {o200k_base, cl100k_base}) {
    for (unsigned byte = 0; byte < 128; ++byte)
      EXPECT_EQ(count(which, std::string(1, static_cast<char>(byte))), 1U) << byte;
    for (unsigned n = 0; n < 1000; ++n) EXPECT_EQ(count(which, std::to_string(1000 + n).substr(1)), 1U) << n;
  }
}

class encoding_against_naive : public testing::TestWithParam<encoding_name> {
 protected:
  void same(std::string_view text) {
    ASSERT_EQ(fast_.count(text, cache_), naive(GetParam()).count(text))
        << testing::PrintToString(std::string(text));
    ASSERT_EQ(fast_.count(text, cache_), fast_.count(text, cache_));  // the cache does not change the count
  }
  std::string random_text(std::size_t parts, const std::vector<std::string_view>& alphabet) {
    std::string text;
    for (std::size_t i = 0; i < parts; ++i) text += alphabet[random_() % alphabet.size()];
    return text;
  }

  encoding fast_{GetParam()};
  token_cache cache_;
  std::mt19937 random_{20261124};
};

TEST_P(encoding_against_naive, agrees_on_random_mixtures) {
  for (int i = 0; i < 3000; ++i) {
    same(random_text(1 + random_() % 60,
                     {"a",      "b",      "X",      "Y",  " ",      " ",
                      "\n",     "\r",     "\t",     ".",  ",",      "!",
                      "'",      "/",      "0",      "9",  "\u017f", "é",
                      "\u0301", "\u01c5", "\u02b0", "中", "あ",     "\u0660",
                      "\u2028", "\u00a0", "\u3000", "😀", "-",      "_",
                      "'s",     "'LL",    "'re",    "  ", "\r\n",   std::string_view("\0", 1)}));
  }
}

TEST_P(encoding_against_naive, agrees_on_ascii) {
  for (int i = 0; i < 3000; ++i) {
    same(random_text(1 + random_() % 80, {"a", "bc", "X", "The", "ing", " ", " ", "\n", "\t", ".", "(", "'",
                                          "/", "0", "12", "    ", "==", "\v", std::string_view("\0", 1)}));
  }
}

TEST_P(encoding_against_naive, agrees_on_random_tokens) {
  const auto& tokens = naive(GetParam()).tokens();
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto n = 1 + random_() % 8; n > 0; --n) text += tokens[random_() % tokens.size()];
    same(text);  // with valid and with invalid UTF-8
  }
}

// These texts are split at safe split points (split_point_filter.hpp), with whole and with cut characters.
TEST_P(encoding_against_naive, agrees_on_random_tokens_of_three_byte_characters) {
  std::vector<std::string_view> tokens;
  for (const auto& token : naive(GetParam()).tokens()) {
    if (std::any_of(token.begin(), token.end(),
                    [](char c) { return (static_cast<unsigned char>(c) & 0xf0U) == 0xe0; }))
      tokens.push_back(token);
  }
  for (int i = 0; i < 4000; ++i) same(random_text(1 + random_() % 40, tokens));
}

TEST_P(encoding_against_naive, agrees_on_runs_around_every_limit) {
  for (const std::string_view unit :
       {"a", "A", "aA", "é", "中", "😀", "\u0301", "!", "_", "7", " ", "\n", " \n", "ab", "\r\n"}) {
    for (const std::size_t n : {1U,  2U,  3U,  7U,  8U,  14U, 15U,  16U,  17U,  31U,
                                32U, 33U, 62U, 63U, 64U, 65U, 127U, 128U, 129U, 300U}) {
      std::string run;
      for (std::size_t i = 0; i < n; ++i) run += unit;
      for (const std::string_view before : {"", "x ", " "}) {
        for (const std::string_view after : {"", " y", "é"})
          same(std::string(before) + run + std::string(after));
      }
    }
  }
}

// A word of eight bytes whose last byte is a small number was once taken for a shorter cached word.
TEST_P(encoding_against_naive, tells_words_from_shorter_ones_and_a_length) {
  for (int i = 0; i < 20'000; ++i) {
    std::string word = "!";
    for (auto n = 1 + random_() % 6; n > 0; --n) word += static_cast<char>('!' + random_() % 4);
    same(word);
    same(word + std::string(7 - word.size(), '\0') + static_cast<char>(word.size()));
  }
}

INSTANTIATE_TEST_SUITE_P(encodings, encoding_against_naive, testing::Values(o200k_base, cl100k_base),
                         [](const auto& one) { return std::string(name(one.param)); });

}  // namespace
}  // namespace weir::tokens
