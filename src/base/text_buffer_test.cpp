#include "base/text_buffer.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

std::string duration(std::uint64_t ms) {
  text_buffer<32> text;
  return std::string(text.duration_ms(ms).text());
}

// The left column is what Go 1.x prints for time.Duration(ms) * time.Millisecond.
TEST(text_buffer, prints_durations_as_go_does) {
  const std::pair<const char*, std::uint64_t> table[] = {
      {"0s", 0},
      {"1ms", 1},
      {"120ms", 120},
      {"999ms", 999},
      {"1s", 1000},
      {"1.001s", 1001},
      {"9.816s", 9816},
      {"59.5s", 59'500},
      {"59.99s", 59'990},
      {"1m0s", 60'000},
      {"1m0.21s", 60'210},
      {"6m0s", 360'000},
      {"4m12.172s", 252'172},
      {"1h0m0s", 3'600'000},
      {"1h0m0.5s", 3'600'500},
      {"23h18m29.144s", 83'909'144},
      {"1h1m1s", 3'661'000},
  };
  for (const auto& [text, ms] : table) EXPECT_EQ(duration(ms), text);
}

TEST(text_buffer, puts_texts_and_numbers_one_behind_the_other) {
  text_buffer<64> text;
  EXPECT_EQ(text.put("a: ").number(0).put(", b: ").number(18'446'744'073'709'551'615U).text(),
            "a: 0, b: 18446744073709551615");
}

}  // namespace
}  // namespace weir
