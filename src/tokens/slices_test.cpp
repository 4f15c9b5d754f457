// A count made in slices is the count; and what a text costs is bounded by its size, whatever it says.
#include <gtest/gtest.h>

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

TEST(slices, of_any_size_give_the_same_count) {
  const std::string text = repeated(prose, 4000) + std::string(3000, 'a') + repeated("你好世界", 3000) +
                           std::string(2000, ' ') + "end";
  for (const encoding_name which : {o200k_base, cl100k_base}) {
    const encoding e(which);
    encoding_memory memory;
    const std::uint32_t whole = e.count(text, memory);
    for (const std::size_t slice : {1U, 2U, 7U, 63U, 64U, 65U, 1000U, 100'000U}) {
      counting one(e, text, memory);
      std::uint32_t last = 0;
      while (!one.run(slice)) {
        EXPECT_GE(one.tokens(), last);
        last = one.tokens();
      }
      EXPECT_EQ(one.tokens(), whole) << slice;
    }
  }
}

TEST(slices, end_when_they_are_used_up) {
  const encoding e(o200k_base);
  encoding_memory memory;
  const std::string text = repeated(prose, 100'000);
  counting one(e, text, memory);
  int slices = 1;
  while (!one.run(10'000)) ++slices;
  EXPECT_GE(slices, 10);
  EXPECT_LE(slices, 16);  // shorter, where many tokens are found
}

struct work {
  double steps_a_byte = 0;   // tokens tried
  double walked_a_byte = 0;  // bytes of the trie walked for them
};

work work_of(const tables& t, std::string_view text) {
  encoding_memory memory;
  large_piece piece;
  piece.begin(t, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  std::size_t steps = 1;
  while (!piece.run(t, memory, 1)) ++steps;
  const auto bytes = static_cast<double>(text.size());
  return {static_cast<double>(steps) / bytes, static_cast<double>(piece.walked()) / bytes};
}

// By count, not by time. Each text is encoded as if it were one piece: that is harder than what any pattern
// leaves.
TEST(slices, cost_of_hostile_text_is_no_more_than_5_times_that_of_ordinary_text) {
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

// What one step of the above may cost: merges to undo at a border.
TEST(slices, tokens_are_few_merges_deep) {
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
