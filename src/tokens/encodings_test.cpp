#include "tokens/encodings.hpp"

#include <gtest/gtest.h>

namespace weir::tokens {
namespace {

using enum encoding_name;

TEST(encodings, are_known_by_name) {
  for (const encoding_name one : {o200k_base, cl100k_base, o200k_harmony})
    EXPECT_EQ(find_encoding(name(one)), one);
  for (const char* wrong : {"", "o200k", "O200K_BASE", "p50k_base"})
    EXPECT_EQ(find_encoding(wrong), std::nullopt) << wrong;
}

TEST(encodings, of_models_follow_tiktoken) {
  const std::pair<const char*, std::optional<encoding_name>> table[] = {
      {"gpt-4o", o200k_base},
      {"gpt-4o-2024-08-06", o200k_base},
      {"gpt-4o-mini", o200k_base},
      {"chatgpt-4o-latest", o200k_base},
      {"gpt-4.1", o200k_base},
      {"gpt-4.1-nano", o200k_base},
      {"gpt-4.5-preview", o200k_base},
      {"gpt-5", o200k_base},
      {"gpt-5.1-codex", o200k_base},
      {"o1", o200k_base},
      {"o1-mini", o200k_base},
      {"o3-mini", o200k_base},
      {"o4-mini", o200k_base},
      {"o4-mini-2025-04-16", o200k_base},
      {"gpt-4", cl100k_base},
      {"gpt-4-turbo", cl100k_base},
      {"gpt-4-32k", cl100k_base},
      {"gpt-3.5-turbo", cl100k_base},
      {"gpt-3.5", cl100k_base},
      {"gpt-3.5-turbo-0301", cl100k_base},
      {"gpt-35-turbo-16k", cl100k_base},
      {"ft:gpt-4o-mini:org::id", o200k_base},
      {"ft:gpt-4:org", cl100k_base},
      {"ft:gpt-3.5-turbo:org", cl100k_base},
      {"text-embedding-3-small", cl100k_base},
      {"gpt-oss-20b", o200k_harmony},
      {"gpt-oss", std::nullopt},
      {"davinci", std::nullopt},
      {"llama-3", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [model, expected] : table) EXPECT_EQ(encoding_of_model(model), expected) << model;
}

TEST(encodings, fall_back_for_unknown_models) {
  EXPECT_EQ(encodings(cl100k_base).of_model("llama-3").which(), cl100k_base);
  EXPECT_EQ(encodings(cl100k_base).of_model("gpt-4o").which(), o200k_base);
}

}  // namespace
}  // namespace weir::tokens
