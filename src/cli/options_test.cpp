#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace weir::cli {
namespace {

std::variant<options, stop_text> read(std::vector<const char*> words) {
  words.insert(words.begin(), "tokens");
  return read_options(static_cast<int>(words.size()), words.data());
}

TEST(tokens_options, read_text_from_standard_input_by_default) {
  const auto o = std::get<options>(read({}));
  EXPECT_EQ(o.files, std::vector<std::string>{"-"});
  EXPECT_EQ(o.as, options::reading::text);
  EXPECT_FALSE(o.encoding);
}

TEST(tokens_options, name_files_model_and_form) {
  const auto o = std::get<options>(read({"--model", "gpt-4", "--json", "--lines", "a.txt", "b.txt"}));
  EXPECT_EQ(o.files, (std::vector<std::string>{"a.txt", "b.txt"}));
  EXPECT_EQ(o.model, "gpt-4");
  EXPECT_TRUE(o.json);
  EXPECT_EQ(o.as, options::reading::lines);
  EXPECT_EQ(std::get<options>(read({"--chat"})).as, options::reading::chat);
  EXPECT_EQ(std::get<options>(read({"--speed", "--encoding", "cl100k_base"})).encoding,
            tokens::encoding_name::cl100k_base);
}

TEST(tokens_options, tell_what_is_wrong) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{"--encoding", "p50k_base"},
                                             {"--lines", "--chat"},
                                             {"--chat", "--speed"},
                                             {"--model", "m", "--encoding", "cl100k_base"},
                                             {"--what"}}) {
    const auto stop = std::get<stop_text>(read(words));
    EXPECT_EQ(stop.code, 2);
    EXPECT_EQ(stop.text.rfind("weir tokens: ", 0), 0U) << stop.text;
  }
  EXPECT_EQ(std::get<stop_text>(read({"--help"})).code, 0);
}

}  // namespace
}  // namespace weir::cli
