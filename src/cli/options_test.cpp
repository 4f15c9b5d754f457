#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace weir::cli {
namespace {

result<options, config::exit_request> read(std::vector<const char*> words) {
  words.insert(words.begin(), "tokens");
  return read_options(static_cast<int>(words.size()), words.data());
}

TEST(tokens_options, read_text_from_standard_input_by_default) {
  const auto o = *read({});
  EXPECT_EQ(o.files, std::vector<std::string>{"-"});
  EXPECT_EQ(o.mode, options::counting_mode::text);
  EXPECT_FALSE(o.encoding);
}

TEST(tokens_options, name_files_model_and_mode) {
  const auto o = *read({"--model", "gpt-4", "--json", "--lines", "a.txt", "b.txt"});
  EXPECT_EQ(o.files, (std::vector<std::string>{"a.txt", "b.txt"}));
  EXPECT_EQ(o.model, "gpt-4");
  EXPECT_TRUE(o.json);
  EXPECT_EQ(o.mode, options::counting_mode::lines);
  EXPECT_EQ(read({"--chat"})->mode, options::counting_mode::chat);
  EXPECT_EQ(read({"--speed", "--encoding", "cl100k_base"})->encoding, tokens::encoding_name::cl100k_base);
}

TEST(tokens_options, report_a_wrong_command_line) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{"--encoding", "p50k_base"},
                                             {"--lines", "--chat"},
                                             {"--chat", "--speed"},
                                             {"--model", "m", "--encoding", "cl100k_base"},
                                             {"--what"}}) {
    const auto o = read(words);
    ASSERT_FALSE(o);
    EXPECT_EQ(o.error().code, 2);
    EXPECT_EQ(o.error().text.rfind("weir tokens: ", 0), 0U) << o.error().text;
  }
  EXPECT_EQ(read({"--help"}).error().code, 0);
}

}  // namespace
}  // namespace weir::cli
