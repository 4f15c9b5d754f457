// The API over the embedded store: what one response says holds for the next request.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <string>

#include "api/api.hpp"
#include "http/testing/fake_exchange.hpp"
#include "store/memory_store.hpp"
#include "tokens/encodings.hpp"
#include "upstream/mock.hpp"

namespace weir::node {
namespace {

class api_on_memory_store : public testing::Test {
 protected:
  // `max_tokens` is JSON text; the mock produces 8 tokens.
  http::response chat(const std::string& max_tokens) {
    http::fake_exchange e(
        "POST", "/v1/chat/completions",
        R"({"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":)" + max_tokens + "}");
    asio::io_context loop;
    asio::co_spawn(loop, api_.serve(e), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    loop.run();
    return e.response();
  }
  static std::int64_t header(const http::response& response, const std::string& name) {
    const std::size_t at = ("\r\n" + response.headers).find("\r\n" + name + ": ");
    return at == std::string::npos ? -1 : std::stoll(response.headers.substr(at + name.size() + 2));
  }

  store_time now_{1'700'000'000'250'000};
  store::memory_windows windows_{60};
  store::store_counters store_counters_;
  store::memory_store store_{windows_, store_counters_, [this] { return now_; }};
  admission::admission_counters decisions_;
  admission::limiter limiter_{store_, decisions_};
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::token_caches caches_;
  upstream::mock upstream_{{.completion_tokens = 8}, encodings_, caches_};
  std::atomic<bool> stopping_{false};
  api::health_handler health_{{}, {&store_counters_.health}, stopping_};
  api::parse_thread parse_thread_;
  api::api_counters counters_;
  policy::policy_snapshot policy_ = std::make_shared<const policy::policy>(
      std::vector<policy::key_entry>{{"sk-a", {.requests = 3, .output_tokens = 50}}},
      policy::policy_options{}, policy::siphash_key{1, 2});
  api::api api_{
      {encodings_, caches_, parse_thread_, limiter_, upstream_, health_, counters_}, {}, policy_, 42};
};

TEST_F(api_on_memory_store, refunds_unused_output_before_the_next_request) {
  EXPECT_EQ(header(chat("50"), "x-ratelimit-remaining-output-tokens"), 0);
  EXPECT_EQ(header(chat("42"), "x-ratelimit-remaining-output-tokens"), 0);
  EXPECT_EQ(chat("35").status, 429u);
  EXPECT_EQ(chat("34").status, 200u);
}

TEST_F(api_on_memory_store, admits_at_the_named_moment_and_not_a_millisecond_before) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(chat("8").status, 200u);
  const http::response rejected = chat("8");
  EXPECT_EQ(rejected.status, 429u);
  now_.us += 1000 * (header(rejected, "retry-after-ms") - 1);
  EXPECT_EQ(chat("8").status, 429u);
  now_.us += 1000;
  EXPECT_EQ(chat("8").status, 200u);
}

TEST_F(api_on_memory_store, charges_nothing_for_requests_that_it_rejects) {
  EXPECT_EQ(chat("51").status, 429u);
  EXPECT_EQ(chat("-1").status, 400u);
  EXPECT_EQ(header(chat("8"), "x-ratelimit-remaining-requests"), 2);
}

}  // namespace
}  // namespace weir::node
