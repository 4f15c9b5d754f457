#include "openai/input_tokens.hpp"

#include <gtest/gtest.h>

#include "openai/testing/padded_body_fixture.hpp"

namespace weir::openai {
namespace {

// A tokenizer in which every space begins a token.
std::uint32_t words(std::string_view text) {
  return 1 + static_cast<std::uint32_t>(std::count(text.begin(), text.end(), ' '));
}

std::uint32_t input_of(std::string_view messages) {
  chat_reader reader;
  const auto read = read_padded(reader, R"({"model":"m","messages":)" + std::string(messages) + "}");
  EXPECT_TRUE(read);
  return count_input(*read, family_of("gpt-4o"), words);
}

TEST(input_tokens, is_3_plus_3_for_each_message_plus_the_texts) {
  EXPECT_EQ(input_of(R"([{"role":"user","content":"Hello!"}])"), 3 + 3 + 1 + 1U);
  EXPECT_EQ(input_of(R"([{"role":"system","content":"a b c"},{"role":"user","content":"d e"}])"),
            3 + (3 + 1 + 3) + (3 + 1 + 2U));
}

TEST(input_tokens, a_name_costs_its_text_plus_1) {
  EXPECT_EQ(input_of(R"([{"role":"user","name":"ann","content":"x"}])"), 3 + 3 + 1 + 1 + (1 + 1U));
}

TEST(input_tokens, an_empty_text_costs_nothing) {
  EXPECT_EQ(input_of(R"([{"role":"user","content":""}])"), 3 + 3 + 1U);
}

TEST(input_tokens, a_picture_costs_its_flat_estimate) {
  EXPECT_EQ(input_of(R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}])"),
            3 + 3 + 1 + 765U);
}

TEST(input_tokens, saturates_at_both_ends) {
  chat_request r;
  r.message_count = r.name_count = 4'294'967'295U;
  EXPECT_EQ(count_input(r, family_of("gpt-4o"), words), 4'294'967'295U);
  r.message_count = r.name_count = 0;
  r.extra_tokens = -100;
  EXPECT_EQ(count_input(r, family_of("gpt-4o"), words), 0U);
}

}  // namespace
}  // namespace weir::openai
