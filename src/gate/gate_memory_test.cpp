// The gate over the embedded store: what one answer says is what the next one meets.
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>

#include <string>

#include "gate/fake_exchange.hpp"
#include "gate/gate.hpp"
#include "store/memory_store.hpp"
#include "tokens/encodings.hpp"
#include "upstream/mock.hpp"

namespace weir {
namespace {

class no_probes final : public probes {
 public:
  awaitable<void> answer(probe, http::answer&) override { co_return; }
};

class gate_memory_test : public testing::Test {
 protected:
  // max_tokens as JSON writes it; the mock produces 8.
  http::answer chat(const std::string& max_tokens) {
    fake_exchange e(
        "POST", "/v1/chat/completions",
        R"({"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":)" + max_tokens + "}");
    asio::io_context loop;
    asio::co_spawn(loop, gate_.serve(e), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
    loop.run();
    return e.reply();
  }
  static std::int64_t header(const http::answer& reply, const std::string& name) {
    const std::size_t at = ("\r\n" + reply.headers).find("\r\n" + name + ": ");
    return at == std::string::npos ? -1 : std::stoll(reply.headers.substr(at + name.size() + 2));
  }

  store_time now_{1'700'000'000'250'000};
  memory_windows windows_{60};
  store_cells store_cells_;
  gate_cells cells_;
  memory_store store_{windows_, store_cells_, [this] { return now_; }};
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::memory memory_;
  mock_upstream upstream_{{.completion_tokens = 8}, encodings_, memory_};
  no_probes probes_;
  key_ring keys_{std::vector<known_key>{{"sk-a", {.requests = 3, .output_tokens = 50}}}, "", 60, {1, 2}};
  reading_room reading_;
  gate gate_{{keys_, encodings_, memory_, reading_, store_, upstream_, probes_, cells_}, {}};
};

TEST_F(gate_memory_test, gives_the_surplus_back_before_the_next_request) {
  EXPECT_EQ(header(chat("50"), "x-ratelimit-remaining-output-tokens"), 0);
  EXPECT_EQ(header(chat("42"), "x-ratelimit-remaining-output-tokens"), 0);
  EXPECT_EQ(chat("35").status, 429u);
  EXPECT_EQ(chat("34").status, 200u);
}

TEST_F(gate_memory_test, admits_at_the_moment_it_named_and_not_a_millisecond_before) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(chat("8").status, 200u);
  const http::answer refused = chat("8");
  EXPECT_EQ(refused.status, 429u);
  now_.us += 1000 * (header(refused, "retry-after-ms") - 1);
  EXPECT_EQ(chat("8").status, 429u);
  now_.us += 1000;
  EXPECT_EQ(chat("8").status, 200u);
}

TEST_F(gate_memory_test, charges_nothing_for_what_it_refuses) {
  EXPECT_EQ(chat("51").status, 429u);
  EXPECT_EQ(chat("-1").status, 400u);
  EXPECT_EQ(header(chat("8"), "x-ratelimit-remaining-requests"), 2);
}

}  // namespace
}  // namespace weir
