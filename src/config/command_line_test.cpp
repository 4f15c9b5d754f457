#include "config/command_line.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace weir::config {
namespace {

struct parsed {
  int number = 0;
  std::optional<exit_request> exit;
};

parsed parse(std::vector<std::string> words) {
  parsed result;
  CLI::App app("Does something.", "weir test");
  app.add_option("--number", result.number);
  result.exit = parse_command_line(app, std::move(words));
  return result;
}

TEST(command_line, a_valid_one_asks_for_no_exit) {
  const parsed p = parse({"--number", "5"});
  EXPECT_FALSE(p.exit);
  EXPECT_EQ(p.number, 5);
}

TEST(command_line, help_exits_with_0) {
  const auto exit = parse({"--help"}).exit;
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->code, 0);
  EXPECT_NE(exit->text.find("--number"), std::string::npos);
}

TEST(command_line, an_error_exits_with_2_and_names_the_command) {
  for (const auto& words : {std::vector<std::string>{"--number", "five"}, {"--unknown"}, {"--number"}}) {
    const auto exit = parse(words).exit;
    ASSERT_TRUE(exit);
    EXPECT_EQ(exit->code, exit_usage);
    EXPECT_EQ(exit->text.find("weir test: "), 0U) << exit->text;
    EXPECT_TRUE(exit->text.ends_with("; `weir test --help` shows all flags\n")) << exit->text;
  }
}

TEST(command_line, other_words_are_returned_and_help_shows_the_flags) {
  const command_help help{.name = "weir test",
                          .description = "Does something.",
                          .footer = "The end.",
                          .flags = {{"--port", "N", "port to listen on"}}};
  const auto unknown = parse_other_words(help, {"a", "--b=c"});
  ASSERT_TRUE(unknown);
  EXPECT_EQ(*unknown, (std::vector<std::string>{"a", "--b=c"}));
  EXPECT_EQ(*parse_other_words(help, {"--"}), std::vector<std::string>{});
  const auto exit = parse_other_words(help, {"a", "--help"});
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().code, 0);
  for (const char* part : {"Does something.", "--port N", "port to listen on", "The end."})
    EXPECT_NE(exit.error().text.find(part), std::string::npos) << part;
}

TEST(command_line, argv_0_is_not_a_word) {
  const char* const argv[] = {"load", "--number", "5"};
  EXPECT_EQ(words_behind(3, argv), (std::vector<std::string>{"--number", "5"}));
  EXPECT_EQ(words_behind(1, argv), std::vector<std::string>{});
  EXPECT_EQ(words_behind(0, argv), std::vector<std::string>{});
}

}  // namespace
}  // namespace weir::config
