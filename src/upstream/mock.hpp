// The mock upstream: answers of a known number of tokens, for trying limits out and for measuring.
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

namespace weir {

struct mock_options {
  std::uint32_t completion_tokens = 32;  // of each choice, unless the cap is lower
  std::chrono::milliseconds delay{0};    // before the answer exists; 0: none, and no timer
};

// Every choice is `completion_tokens` words of one token each, and measured by the encoding of the request's
// model, so that its usage is true. The choices share the cap; one that got less says finish_reason "length".
class mock_upstream final : public upstream {
 public:
  // The encodings and the memory must outlive it.
  mock_upstream(const mock_options& options, const tokens::encodings& encodings, tokens::memory& memory);

  awaitable<result<openai::completion, upstream_failure>> complete(const openai::chat_request& request,
                                                                   std::uint32_t output_cap) override;

  void cancel() noexcept override;

  // The first `tokens` words.
  static std::string text_of(std::uint32_t tokens);

 private:
  using clock = std::chrono::steady_clock;

  // A call that waits; it leaves the list when it ends, whatever way.
  struct wait : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    wait(const executor& on, std::chrono::milliseconds delay) : timer(on, delay) {}
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer;
  };

  openai::completion make(const openai::chat_request& request, std::uint32_t output_cap);
  std::uint32_t whole_tokens(const tokens::encoding& encoding);
  // As many words as have at most so many tokens.
  openai::choice make_choice(const tokens::encoding& encoding, std::uint32_t most);

  mock_options options_;
  const tokens::encodings& encodings_;
  tokens::memory& memory_;
  std::string text_;                                   // of completion_tokens words
  std::array<std::optional<std::uint32_t>, 3> whole_;  // its tokens, by encoding, once they were asked for
  boost::intrusive::list<wait, boost::intrusive::constant_time_size<false>> waits_;
  bool cancelled_ = false;
};

}  // namespace weir
