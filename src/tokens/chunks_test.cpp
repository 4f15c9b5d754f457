// A count in chunks equals the count at once, and the cost of any text is bounded by its size.
#include <gtest/gtest.h>

#include <algorithm>

#include <string>

#include "tokens/encodings.hpp"

namespace weir::tokens {
namespace {

using enum encoding_name;

std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

constexpr std::string_view prose =
    "The river takes what the mountain gives, and the weir lets through what the mill below can carry; no "
    "more than that, said Mr. "
    "O'Neill in 1871, \"and it's never less.\"\n\n    for (int i = 0; i < 10; ++i) { total += flow[i]; }  // "
    "in m\u00b3/s\n";

TEST(chunks, of_any_size_give_the_same_count) {
  const std::string text = repeated(prose, 4000) + std::string(3000, 'a') + repeated("你好世界", 3000) +
                           std::string(2000, ' ') + "end";
  for (const encoding_name which : {o200k_base, cl100k_base}) {
    const encoding e(which);
    token_cache memory;
    const std::uint32_t whole = e.count(text, memory);
    for (const std::size_t chunk : {1U, 2U, 7U, 63U, 64U, 65U, 1000U, 100'000U}) {
      chunked_count one(e, text, memory);
      std::uint32_t last = 0;
      while (!one.run(chunk)) {
        EXPECT_GE(one.tokens(), last);
        last = one.tokens();
      }
      EXPECT_EQ(one.tokens(), whole) << chunk;
    }
  }
}

TEST(chunks, end_when_they_are_used_up) {
  const encoding e(o200k_base);
  token_cache memory;
  const std::string text = repeated(prose, 100'000);
  chunked_count one(e, text, memory);
  int chunks = 1;
  while (!one.run(10'000)) ++chunks;
  EXPECT_GE(chunks, 10);
  EXPECT_LE(chunks, 16);  // shorter where many tokens are found
}

struct work {
  double steps_a_byte = 0;   // the number of tokens tried
  double walked_a_byte = 0;  // the number of trie bytes walked for them
};

work work_of(const tables& t, std::string_view text) {
  token_cache memory;
  large_pretoken pretoken;
  pretoken.begin(t, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  std::size_t steps = 1;
  while (!pretoken.run(t, memory, 1)) ++steps;
  const auto bytes = static_cast<double>(text.size());
  return {static_cast<double>(steps) / bytes, static_cast<double>(pretoken.walked()) / bytes};
}

// The bound is on steps, not on time. Each text is encoded as one pre-token, which is harder than any
// pre-token of a pattern.
TEST(chunks, cost_of_hostile_text_is_no_more_than_5_times_that_of_ordinary_text) {
  constexpr std::size_t size = 50'000;
  const std::string hostile[] = {repeated("a", size),
                                 repeated(" ", size),
                                 repeated("!", size),
                                 repeated("0", size),
                                 repeated("😀", size),
                                 repeated("\u0301", size),
                                 repeated("ab", size),
                                 repeated("_-", size),
                                 repeated("\xc3\xa9", size),
                                 repeated("的", size),
                                 repeated("aA", size),
                                 repeated("\n", size),
                                 repeated("abcdefghijklmnopqrstuvwxyz", size),
                                 repeated(" a", size),
                                 repeated("=", size),
                                 repeated("aab", size)};
  for (const tables& t : {o200k_tables(), cl100k_tables()}) {
    const work ordinary = work_of(t, repeated(prose, size));
    for (const std::string& text : hostile) {
      const work w = work_of(t, text);
      EXPECT_LE(w.steps_a_byte, 5 * ordinary.steps_a_byte) << text.substr(0, 12);
      EXPECT_LE(w.walked_a_byte, 5 * ordinary.walked_a_byte) << text.substr(0, 12);
    }
  }
}

// The cost of one of these steps: the merges to undo at a border.
TEST(chunks, tokens_are_few_merges_deep) {
  for (const tables& t : {o200k_tables(), cl100k_tables()}) {
    unsigned deepest = 0;
    for (token_id token = 0; token < t.token_count(); ++token) {
      unsigned left = 0, right = 0;
      for (token_id at = token; t.info(at).length() > 1; at = t.info(at).left()) ++left;
      for (token_id at = token; t.info(at).length() > 1; at = t.info(at).right()) ++right;
      deepest = std::max({deepest, left, right});
    }
    EXPECT_LE(deepest, 20U);
  }
}

}  // namespace
}  // namespace weir::tokens
