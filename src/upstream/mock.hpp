// The mock upstream: makes completions with a known number of tokens, for trials and measurements.
#pragma once

#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tokens/encodings.hpp"
#include "upstream/upstream.hpp"

namespace weir::upstream {

struct mock_options {
  std::uint32_t completion_tokens = 32;  // tokens of each choice, unless the cap is lower
  std::chrono::milliseconds delay{0};    // delay before the completion; 0: no delay and no timer
};

// Every choice has `completion_tokens` words of one token each, counted in the encoding of the request's
// model, so its usage is exact. The choices share the cap; a choice that is cut has finish_reason "length".
class mock final : public upstream {
 public:
  // The encodings and the caches must outlive it.
  mock(const mock_options& options, const tokens::encodings& encodings, tokens::token_caches& caches);

  awaitable<result<openai::completion, upstream_error>> complete(const openai::chat_request& request,
                                                                 std::uint32_t output_cap) override;

  void cancel() noexcept override;

  // The text of `tokens` tokens.
  static std::string text_of(std::uint32_t tokens);

 private:
  using clock = std::chrono::steady_clock;

  // A waiting call. It leaves the list of waits when it is destroyed.
  struct wait : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    wait(const executor& on, std::chrono::milliseconds delay) : timer(on, delay) {}
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer;
  };

  openai::completion make(const openai::chat_request& request, std::uint32_t output_cap);
  std::uint32_t whole_tokens(const tokens::encoding& encoding);
  // The longest choice of at most `most` tokens.
  openai::choice make_choice(const tokens::encoding& encoding, std::uint32_t most);

  mock_options options_;
  const tokens::encodings& encodings_;
  tokens::token_caches& caches_;
  std::string text_;                                   // the text of completion_tokens words
  std::array<std::optional<std::uint32_t>, 3> whole_;  // its number of tokens by encoding, once known
  boost::intrusive::list<wait, boost::intrusive::constant_time_size<false>> waits_;
  bool cancelled_ = false;
};

}  // namespace weir::upstream
