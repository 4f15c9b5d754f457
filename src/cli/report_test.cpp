#include "cli/report.hpp"

#include <gtest/gtest.h>

namespace weir::cli {
namespace {

const file_count one{"a \"b\".txt", "o200k_base", 5, 17}, two{"c", "o200k_base", 100, 400};

TEST(tokens_report, is_a_number_or_a_table) {
  EXPECT_EQ(as_text(std::vector{one}), "5\n");
  EXPECT_EQ(as_text(std::vector{one, two}), "  5 a \"b\".txt\n100 c\n105 total\n");
}

TEST(tokens_report, is_json) {
  EXPECT_EQ(as_json(std::vector{one}),
            "{\"files\":[{\"file\":\"a "
            "\\\"b\\\".txt\",\"encoding\":\"o200k_base\",\"bytes\":17,\"tokens\":5}],\"tokens\":5}\n");
  EXPECT_EQ(lines_as_json(std::vector<std::uint32_t>{1, 2}), "[1,2]\n");
  EXPECT_EQ(lines_as_text(std::vector<std::uint32_t>{1, 2}), "1\n2\n");
}

TEST(tokens_report, shows_speeds) {
  const file_speed m{two, {100, 61.25, 245}};
  EXPECT_EQ(speeds_as_text(std::vector{m}),
            "     bytes     tokens  first MB/s  best MB/s  file\n       400        100        61.2      "
            "245.0  c\n");
  EXPECT_EQ(speeds_as_json(std::vector{m}),
            "{\"files\":[{\"file\":\"c\",\"encoding\":\"o200k_base\",\"bytes\":400,\"tokens\":100,\"first_mb_"
            "per_second\":61.2,\"best_mb_per_second\":245.0}]}\n");
}

TEST(tokens_speed, measures_what_it_counts) {
  const tokens::encoding encoding(tokens::encoding_name::o200k_base);
  tokens::token_cache cache;
  const std::vector<std::string_view> chunks{"Hello, world!", "Hello!"};
  const speed s = measure(encoding, chunks, cache);
  EXPECT_EQ(s.tokens, 6U);
  EXPECT_GT(s.first_mb_per_second, 0);
  EXPECT_GT(s.best_mb_per_second, 0);
}

}  // namespace
}  // namespace weir::cli
