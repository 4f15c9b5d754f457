#include "upstream/mock.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace weir::upstream {
namespace {

// Each word is one token with the space before it, and "The" without the space is one too.
constexpr std::array<std::string_view, 16> words{" the", " water", " runs",  " over",  " the", " stone",
                                                 " and", " the",   " river", " takes", " it",  " down",
                                                 " to",  " the",   " sea",   " and"};

constexpr std::size_t cycle_bytes = [] {
  std::size_t sum = 0;
  for (const auto w : words) sum += w.size();
  return sum;
}();

// The bytes of the first `tokens` words; the first word has no space.
constexpr std::size_t bytes_of(std::uint32_t tokens) {
  if (tokens == 0) return 0;
  std::size_t sum = tokens / words.size() * cycle_bytes;
  for (std::size_t i = 0; i < tokens % words.size(); ++i) sum += words[i].size();
  return sum - 1;
}

}  // namespace

mock::mock(const mock_options& options, const tokens::encodings& encodings, tokens::token_caches& caches)
    : options_(options), encodings_(encodings), caches_(caches), text_(text_of(options.completion_tokens)) {}

std::string mock::text_of(std::uint32_t tokens) {
  std::string text;
  text.reserve(bytes_of(tokens) + 1);
  for (std::uint32_t i = 0; i < tokens; ++i) text += words[i % words.size()];
  if (tokens == 0) return text;
  text.erase(0, 1);
  text[0] = 'T';
  return text;
}

std::uint32_t mock::whole_tokens(const tokens::encoding& encoding) {
  auto& known = whole_[static_cast<std::size_t>(encoding.which())];
  if (!known) known = encoding.count(text_, caches_.of(encoding.which()));
  return *known;
}

openai::choice mock::make_choice(const tokens::encoding& encoding, std::uint32_t most) {
  openai::choice choice;
  std::uint32_t words_left = std::min(options_.completion_tokens, most);
  do {
    choice.text.assign(text_, 0, bytes_of(words_left));
    choice.tokens = words_left == options_.completion_tokens
                        ? whole_tokens(encoding)
                        : encoding.count(choice.text, caches_.of(encoding.which()));
  } while (choice.tokens > most && words_left-- > 0);
  choice.finish =
      choice.text.size() < text_.size() ? openai::finish_reason::length : openai::finish_reason::stop;
  return choice;
}

openai::completion mock::make(const openai::chat_request& request, std::uint32_t output_cap) {
  const tokens::encoding& encoding = encodings_.of_model(request.model);
  openai::completion made;
  made.choices.reserve(request.choice_count);
  std::uint32_t left = output_cap;
  for (std::uint32_t i = 0; i < request.choice_count; ++i) {
    const std::uint32_t share = left / (request.choice_count - i);
    left -= share;
    made.choices.push_back(make_choice(encoding, share));
  }
  return made;
}

awaitable<result<openai::completion, upstream_error>> mock::complete(const openai::chat_request& request,
                                                                     std::uint32_t output_cap) {
  if (options_.delay.count() > 0 && !cancelled_) {
    const executor here = co_await asio::this_coro::executor;
    wait delay(here, options_.delay);
    waits_.push_back(delay);
    boost::system::error_code ignored;  // cancelled_ says why
    co_await delay.timer.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
  if (cancelled_) co_return upstream_error::stopping;
  co_return make(request, output_cap);
}

void mock::cancel() noexcept {
  cancelled_ = true;
  for (wait& w : waits_) w.timer.cancel();
}

}  // namespace weir::upstream
