#include "gate/input_counter.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

#include "openai/input_tokens.hpp"

namespace weir {

std::uint32_t input_counter::at_least(const openai::chat_request& r) {
  std::int64_t sum = openai::frame_tokens(r, openai::family_of(r.model));
  r.for_each_text([&](std::string_view text) { sum += static_cast<std::int64_t>((text.size() - 1) / longest_token_bytes + 1); });
  return openai::saturated(sum);
}

std::uint32_t input_counter::count(const openai::chat_request& r) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  tokens::encoding_memory& memory = memory_.of(encoding.which());
  return openai::count_input(r, openai::family_of(r.model), [&](std::string_view text) { return encoding.count(text, memory); });
}

awaitable<std::uint32_t> input_counter::count_in_slices(const openai::chat_request& r, std::uint32_t enough) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  tokens::encoding_memory& memory = memory_.of(encoding.which());
  const executor here = co_await asio::this_coro::executor;
  std::int64_t sum = openai::frame_tokens(r, openai::family_of(r.model));
  std::size_t left = slice_bytes;
  for (const auto span : r.texts) {
    const std::string_view text = std::string_view(r.text).substr(span.begin, span.end - span.begin);
    tokens::counting one(encoding, text, memory);
    while (!one.run(left)) {
      if (sum + one.tokens() > enough) break;
      left = slice_bytes;
      co_await asio::post(here, use_awaitable);
    }
    sum += one.tokens();
    if (sum > enough) break;
    left -= std::min(left - 1, text.size());
  }
  co_return openai::saturated(sum);
}

}  // namespace weir
