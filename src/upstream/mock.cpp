#include "upstream/mock.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace weir {
namespace {

// Each is one token with the blank before it, and " The" without it is one as well.
constexpr std::array<std::string_view, 16> words{" the",  " water", " runs", " over",  " the", " stone", " and", " the",
                                                 " river", " takes", " it",   " down", " to",  " the",   " sea", " and"};

constexpr std::size_t cycle_bytes = [] {
  std::size_t sum = 0;
  for (const auto w : words) sum += w.size();
  return sum;
}();

// Bytes of the first `tokens` words: the very first goes without its blank.
constexpr std::size_t bytes_of(std::uint32_t tokens) {
  if (tokens == 0) return 0;
  std::size_t sum = tokens / words.size() * cycle_bytes;
  for (std::size_t i = 0; i < tokens % words.size(); ++i) sum += words[i].size();
  return sum - 1;
}

}  // namespace

mock_upstream::mock_upstream(const mock_options& options) : options_(options), text_(text_of(options.completion_tokens)) {}

std::string mock_upstream::text_of(std::uint32_t tokens) {
  std::string text;
  text.reserve(bytes_of(tokens) + 1);
  for (std::uint32_t i = 0; i < tokens; ++i) text += words[i % words.size()];
  if (tokens == 0) return text;
  text.erase(0, 1);
  text[0] = 'T';
  return text;
}

openai::completion mock_upstream::make(std::uint32_t choice_count, std::uint32_t output_cap) const {
  openai::completion made;
  made.choices.resize(choice_count);
  std::uint32_t left = output_cap;
  for (std::uint32_t i = 0; i < choice_count; ++i) {
    const std::uint32_t share = left / (choice_count - i);
    const std::uint32_t tokens = std::min(options_.completion_tokens, share);
    left -= share;
    auto& choice = made.choices[i];
    choice.text.assign(text_, 0, bytes_of(tokens));
    choice.tokens = tokens;
    choice.finish = tokens < options_.completion_tokens ? openai::finish_reason::length : openai::finish_reason::stop;
  }
  return made;
}

awaitable<result<openai::completion, upstream_failure>> mock_upstream::complete(const openai::chat_request& request,
                                                                                std::uint32_t output_cap) {
  if (options_.delay.count() > 0 && !cancelled_) {
    const executor here = co_await asio::this_coro::executor;
    wait delay(here, options_.delay);
    waits_.push_back(delay);
    boost::system::error_code ignored;  // cancelled_ tells
    co_await delay.timer.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
  if (cancelled_) co_return upstream_failure::stopping;
  co_return make(request.choice_count, output_cap);
}

void mock_upstream::cancel() noexcept {
  cancelled_ = true;
  for (wait& w : waits_) w.timer.cancel();
}

}  // namespace weir
