#include "gate/input_counter.hpp"

#include "gate/request_count.hpp"
#include "openai/input_tokens.hpp"

namespace weir {

std::uint32_t input_counter::at_least(const openai::chat_request& r) {
  std::int64_t sum = openai::frame_tokens(r, openai::family_of(r.model));
  r.for_each_text([&](std::string_view text) {
    sum += static_cast<std::int64_t>((text.size() - 1) / longest_token_bytes + 1);
  });
  return openai::saturated(sum);
}

std::uint32_t input_counter::count(const openai::chat_request& r) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  tokens::encoding_memory& memory = memory_.of(encoding.which());
  return openai::count_input(r, openai::family_of(r.model),
                             [&](std::string_view text) { return encoding.count(text, memory); });
}

awaitable<std::optional<std::uint32_t>> input_counter::count_in_slices(const openai::chat_request& r,
                                                                       std::uint32_t enough) {
  const tokens::encoding& encoding = encodings_.of_model(r.model);
  const executor here = co_await asio::this_coro::executor;
  request_count count(r, encoding, memory_.of(encoding.which()), enough);
  for (bool done = false; !done;) {
    if (!co_await turns_.enter()) co_return std::nullopt;
    const turn_line::turn mine(turns_, here);
    done = count.run(slice_bytes);
  }
  co_return count.tokens();
}

}  // namespace weir
