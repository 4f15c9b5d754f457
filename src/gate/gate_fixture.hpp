// For tests: a gate among fakes, and how to read its answers.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>
#include <boost/asio/co_spawn.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "gate/fake_exchange.hpp"
#include "gate/gate.hpp"
#include "tokens/encodings.hpp"
#include "upstream/mock.hpp"

namespace weir {

inline constexpr std::string_view good_body =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"Say this is a test!"}],"max_tokens":100})";

// Answers every take alike and remembers what it was asked.
class fake_store final : public store {
 public:
  awaitable<result<verdict, outage>> take(const charge& asked, steady_time deadline) override {
    takes.push_back(asked);
    last_deadline = deadline;
    if (out) co_return *out;
    verdict v = answer;
    v.windows[0].used = asked.asked;
    co_return v;
  }
  void settle(const receipt& r, const amounts& used) noexcept override {
    receipts.push_back(r);
    settled.push_back(used);
  }
  fake_store() {
    answer.outcome = outcome::admitted;
    answer.now = {1'700'000'000'500'000};
    answer.windows[0].second = 1'700'000'000;
    answer.windows[0].epoch = 7;
  }

  verdict answer;
  std::optional<outage> out;
  std::vector<charge> takes;
  std::vector<receipt> receipts;
  std::vector<amounts> settled;
  steady_time last_deadline;
};

class fake_upstream final : public upstream {
 public:
  awaitable<result<openai::completion, upstream_failure>> complete(const openai::chat_request& request,
                                                                   std::uint32_t output_cap) override {
    last_cap = output_cap;
    if (throws) throw std::runtime_error("cancelled");
    if (failure) co_return *failure;
    co_return co_await mock_.complete(request, output_cap);
  }
  void cancel() noexcept override {}
  std::optional<upstream_failure> failure;
  bool throws = false;
  std::uint32_t last_cap = 0;

 private:
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::memory memory_;
  mock_upstream mock_{{.completion_tokens = 32}, encodings_, memory_};
};

class fake_probes final : public probes {
 public:
  awaitable<void> answer(probe which, http::answer& reply) override {
    static constexpr const char* names[] = {"health", "live", "ready", "metrics"};
    reply.body = names[static_cast<std::size_t>(which)];
    co_return;
  }
};

struct read_error {
  std::string message, code;
};

inline read_error error_of(const http::answer& reply) {
  simdjson::dom::parser parser;
  const simdjson::dom::element error = parser.parse(reply.body)["error"];
  const auto text = [&](const char* field) {
    std::string_view value;
    return error[field].get(value) == simdjson::SUCCESS ? std::string(value) : "null";
  };
  return {text("message"), text("code")};
}

inline bool has_line(const http::answer& reply, std::string_view line) {
  return ("\r\n" + reply.headers).find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

inline bool has_header(const http::answer& reply, std::string_view name) {
  return ("\r\n" + reply.headers).find("\r\n" + std::string(name) + ": ") != std::string::npos;
}

class gate_test : public testing::Test {
 protected:
  gate_test() : gate_test({.requests = 120, .input_tokens = 20'000, .output_tokens = 10'000}) {}
  explicit gate_test(const limits& l)
      : keys_(std::vector<known_key>{{"sk-a", l},
                                     {"sk-none", {.output_tokens = 0}},
                                     {"sk-few", {.output_tokens = 300}},
                                     {"sk-free", {}}},
              "", 60, {1, 2}),
        gate_({keys_, encodings_, memory_, reading_, store_, upstream_, probes_, cells_}, options()) {}

  static gate_options options() {
    gate_options o;
    o.node_id = "node-1";
    o.max_body_bytes = 1000;
    o.now = [] { return steady_time{} + std::chrono::hours(1); };
    o.id_seed = 42;
    return o;
  }

  // Serves one request to its end.
  void serve(fake_exchange& e) {
    asio::io_context loop;
    std::exception_ptr failed;
    asio::co_spawn(loop, gate_.serve(e), [&](std::exception_ptr thrown) { failed = thrown; });
    loop.run();
    if (failed) std::rethrow_exception(failed);
  }
  http::answer chat(std::string_view body = good_body, std::string_view key = "sk-a") {
    fake_exchange e("POST", "/v1/chat/completions", std::string(body));
    const std::string authorization = "Bearer " + std::string(key);
    e.edit_head().authorization = authorization;
    serve(e);
    EXPECT_EQ(e.sent, 1);
    return e.reply();
  }
  http::answer get(std::string path, std::string method = "GET") {
    fake_exchange e(std::move(method), std::move(path), "");
    serve(e);
    EXPECT_EQ(e.sent, 1);
    return e.reply();
  }

  key_ring keys_;
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::memory memory_;
  reading_room reading_;
  fake_store store_;
  fake_upstream upstream_;
  fake_probes probes_;
  gate_cells cells_;
  gate gate_;
};

}  // namespace weir
