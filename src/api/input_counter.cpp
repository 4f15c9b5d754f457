#include "api/input_counter.hpp"

#include "api/chunked_input_count.hpp"
#include "openai/input_tokens.hpp"

namespace weir::api {

std::uint32_t input_counter::at_least(const openai::chat_request& r) {
  std::int64_t sum = openai::frame_tokens(r, openai::family_of(r.model));
  r.for_each_text([&](std::string_view text) {
    sum += static_cast<std::int64_t>((text.size() - 1) / longest_token_bytes + 1);
  });
  return openai::saturated(sum);
}

std::uint32_t input_counter::count(const openai::chat_request& r) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  tokens::token_cache& cache = caches_.of(encoding.which());
  return openai::count_input(r, openai::family_of(r.model),
                             [&](std::string_view text) { return encoding.count(text, cache); });
}

awaitable<std::optional<std::uint32_t>> input_counter::count_in_chunks(const openai::chat_request& r,
                                                                       std::uint32_t enough) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  const executor loop = co_await asio::this_coro::executor;
  chunked_input_count count(r, encoding, caches_.of(encoding.which()), enough);
  for (bool done = false; !done;) {
    if (!co_await chunks_.lock()) co_return std::nullopt;
    const fair_mutex::guard lock(chunks_, loop);
    done = count.run(chunk_bytes);
  }
  co_return count.tokens();
}

}  // namespace weir::api
