#include "upstream/mock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <optional>

namespace weir::upstream {
namespace {

const tokens::encodings encodings(tokens::encoding_name::o200k_base);
tokens::token_caches caches;

struct mock_request {
  std::uint32_t choices = 1;
  std::uint32_t cap = 1000;
};

openai::completion complete(mock& server, mock_request asked) {
  asio::io_context loop;
  openai::chat_request request;
  request.choice_count = asked.choices;
  std::optional<openai::completion> got;
  asio::co_spawn(loop, server.complete(request, asked.cap), [&](std::exception_ptr e, auto result) {
    EXPECT_EQ(e, nullptr);
    got = *result;
  });
  loop.run();
  return *got;
}

std::uint32_t words_in(const std::string& text) {
  return text.empty() ? 0 : 1 + static_cast<std::uint32_t>(std::count(text.begin(), text.end(), ' '));
}

TEST(mock, writes_the_configured_number_of_words) {
  mock server({.completion_tokens = 32}, encodings, caches);
  const auto made = complete(server, {});
  ASSERT_EQ(made.choices.size(), 1u);
  EXPECT_EQ(made.choices[0].tokens, 32u);
  EXPECT_EQ(words_in(made.choices[0].text), 32u);
  EXPECT_EQ(made.choices[0].finish, openai::finish_reason::stop);
  EXPECT_EQ(made.choices[0].text.substr(0, 29), "The water runs over the stone");
}

TEST(mock, reports_the_exact_tokens_of_its_text_in_every_encoding) {
  mock server({.completion_tokens = 500}, encodings, caches);
  for (const char* model : {"gpt-4o", "gpt-4", "gpt-oss-20b"}) {
    asio::io_context loop;
    openai::chat_request request;
    request.model = model;
    asio::co_spawn(loop, server.complete(request, 400), [&](std::exception_ptr, auto made) {
      const auto& encoding = encodings.of_model(model);
      EXPECT_EQ(made->choices[0].tokens, encoding.count(made->choices[0].text, caches.of(encoding.which())))
          << model;
      EXPECT_EQ(made->choices[0].tokens, 400u) << model;
    });
    loop.run();
  }
}

TEST(mock, never_writes_more_than_the_cap) {
  mock server({.completion_tokens = 40}, encodings, caches);
  for (std::uint32_t cap = 0; cap <= 45; ++cap) {
    const auto made = complete(server, {.cap = cap});
    const std::uint32_t expected = std::min(cap, 40u);
    EXPECT_EQ(made.output_tokens(), expected);
    EXPECT_EQ(words_in(made.choices[0].text), expected);
    EXPECT_EQ(made.choices[0].finish, cap < 40 ? openai::finish_reason::length : openai::finish_reason::stop)
        << cap;
  }
}

TEST(mock, shares_the_cap_between_the_choices) {
  mock server({.completion_tokens = 32}, encodings, caches);
  const auto made = complete(server, {.choices = 3, .cap = 20});
  ASSERT_EQ(made.choices.size(), 3u);
  EXPECT_EQ(made.output_tokens(), 20u);
  for (const auto& c : made.choices) EXPECT_NEAR(c.tokens, 20 / 3.0, 1);
}

TEST(mock, shares_the_largest_cap_without_overflow) {
  mock server({.completion_tokens = 7}, encodings, caches);
  EXPECT_EQ(complete(server, {.choices = 128, .cap = 0xffffffffU}).output_tokens(), 7u * 128);
}

TEST(mock, delays_the_completion) {
  mock server({.completion_tokens = 1, .delay = std::chrono::milliseconds(5)}, encodings, caches);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(complete(server, {}).choices[0].text, "The");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(5));
}

TEST(mock, ends_its_delays_when_cancelled) {
  mock server({.completion_tokens = 1, .delay = std::chrono::hours(1)}, encodings, caches);
  asio::io_context loop;
  const openai::chat_request request;
  int ended = 0;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(loop, server.complete(request, 1), [&](std::exception_ptr, auto made) {
      EXPECT_FALSE(made.has_value());
      ++ended;
    });
  }
  asio::post(loop, [&] { server.cancel(); });
  loop.run();
  EXPECT_EQ(ended, 3);
}

}  // namespace
}  // namespace weir::upstream
