#include "openai/completion.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <set>

namespace weir::openai {
namespace {

TEST(completion, is_written_in_openais_format) {
  const completion made{{{"Hello \"you\"!", 9, finish_reason::stop}}};
  const completion_header header{"chatcmpl-x", 1741569952, "gpt-4o", 19, "here:8000"};
  std::string out;
  write_completion(out, made, header);
  EXPECT_EQ(
      out,
      R"({"id":"chatcmpl-x","object":"chat.completion","created":1741569952,"model":"gpt-4o",)"
      R"("choices":[{"index":0,"message":)"
      R"({"role":"assistant","content":"Hello \"you\"!","refusal":null,"annotations":[]},"logprobs":null,)"
      R"("finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":9,"total_tokens":28,)"
      R"("prompt_tokens_details":{"cached_tokens":0,)"
      R"("audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,)"
      R"("accepted_prediction_tokens":0,)"
      R"("rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":null,)"
      R"("node_id":"here:8000"})");
}

TEST(completion, numbers_its_choices_and_adds_their_tokens) {
  const completion made{{{"a", 1, finish_reason::stop}, {"b", 2, finish_reason::length}}};
  const completion_header header{"i", 0, "m", 4'000'000'000U, "n"};
  std::string out = "kept";
  write_completion(out, made, header);
  EXPECT_NE(out.find(R"(},{"index":1,"message":{"role":"assistant","content":"b")"), std::string::npos);
  EXPECT_NE(out.find(R"("finish_reason":"length"})"), std::string::npos);
  EXPECT_NE(out.find(R"("completion_tokens":3,"total_tokens":4000000003)"), std::string::npos);
  EXPECT_EQ(out.substr(0, 4), "kept");
}

TEST(completion, is_json_for_all_names) {
  const completion made{{{"\n\xff", 1, finish_reason::stop}}};
  const completion_header header{"i", 0, "m\"\\\x01", 1, "\"\xed\xa0\x80"};
  std::string out;
  write_completion(out, made, header);
  simdjson::dom::parser parser;
  EXPECT_EQ(parser.parse(out).error(), simdjson::SUCCESS);
}

TEST(completion, has_a_unique_id_of_chatcmpl_and_29_base62_characters) {
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const completion_id id = make_completion_id(i * 0x9e3779b97f4a7c15U, i);
    EXPECT_EQ(id.view().substr(0, 9), "chatcmpl-");
    EXPECT_TRUE(std::all_of(id.view().begin() + 9, id.view().end(),
                            [](unsigned char c) { return std::isalnum(c) != 0; }));
    seen.emplace(id.view());
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.begin()->size(), 38U);
}

}  // namespace
}  // namespace weir::openai
