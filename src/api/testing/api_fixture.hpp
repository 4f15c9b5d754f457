// An API among fakes, and functions that read its responses.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "admission/testing/fake_store.hpp"
#include "api/api.hpp"
#include "http/testing/fake_exchange.hpp"
#include "policy/policy.hpp"
#include "tokens/encodings.hpp"
#include "upstream/mock.hpp"

namespace weir::api {

inline constexpr std::string_view good_body =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"Say this is a test!"}],"max_tokens":100})";

class fake_upstream final : public upstream::upstream {
 public:
  awaitable<result<openai::completion, weir::upstream::upstream_error>> complete(
      const openai::chat_request& request, std::uint32_t output_cap) override {
    last_cap = output_cap;
    if (throws) throw std::runtime_error("cancelled");
    if (failure) co_return *failure;
    co_return co_await mock_.complete(request, output_cap);
  }
  void cancel() noexcept override {}

  std::optional<weir::upstream::upstream_error> failure;
  bool throws = false;
  std::uint32_t last_cap = 0;

 private:
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::token_caches caches_;
  weir::upstream::mock mock_{{.completion_tokens = 32}, encodings_, caches_};
};

// The error in a response, as a client reads it.
struct read_error {
  std::string message, type, code;
};

inline read_error error_of(const http::response& response) {
  simdjson::dom::parser parser;
  const simdjson::dom::element error = parser.parse(response.body)["error"];
  const auto text = [&](const char* field) {
    std::string_view value;
    return error[field].get(value) == simdjson::SUCCESS ? std::string(value) : "null";
  };
  return {text("message"), text("type"), text("code")};
}

inline bool has_line(const http::response& response, std::string_view line) {
  return ("\r\n" + response.headers).find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

inline bool has_header(const http::response& response, std::string_view name) {
  return ("\r\n" + response.headers).find("\r\n" + std::string(name) + ": ") != std::string::npos;
}

class api_fixture : public testing::Test {
 protected:
  explicit api_fixture(chat_options options = default_options())
      : api_(parts(), std::move(options), policy_, 42) {
    store_health_.state = admission::store_state::up;
    store_health_.reached_once = true;
  }

  static chat_options default_options() {
    chat_options o;
    o.node_id = "node-1";
    o.max_body_bytes = 2'000'000;
    o.now = [] { return steady_time{} + std::chrono::hours(1); };
    return o;
  }
  static policy::policy_snapshot policy_of(const std::vector<policy::key_entry>& keys) {
    return std::make_shared<const policy::policy>(keys, policy::policy_options{}, policy::siphash_key{1, 2});
  }
  const policy::key_record& key(std::string_view name) const { return *policy_->find_key(name); }

  // Serves one request to its end.
  void serve(http::fake_exchange& e) {
    asio::io_context loop;
    std::exception_ptr failed;
    asio::co_spawn(loop, api_.serve(e), [&](std::exception_ptr thrown) { failed = thrown; });
    loop.run();
    if (failed) std::rethrow_exception(failed);
  }
  http::response chat(std::string_view body = good_body, std::string_view key = "sk-a") {
    http::fake_exchange e("POST", "/v1/chat/completions", std::string(body));
    const std::string authorization = "Bearer " + std::string(key);
    e.edit_head().authorization = authorization;
    serve(e);
    EXPECT_EQ(e.sent, 1);
    return e.response();
  }
  http::response get(std::string path, std::string method = "GET") {
    http::fake_exchange e(std::move(method), std::move(path), "");
    serve(e);
    EXPECT_EQ(e.sent, 1);
    return e.response();
  }
  std::uint64_t requests_to(endpoint e) const {
    return counters_.requests[static_cast<std::size_t>(e)].get();
  }

  policy::policy_snapshot policy_ =
      policy_of({{"sk-a", {.requests = 120, .input_tokens = 20'000, .output_tokens = 10'000}},
                 {"sk-none", {.output_tokens = 0}},
                 {"sk-few", {.output_tokens = 300}},
                 {"sk-free", {}}});
  tokens::encodings encodings_{tokens::encoding_name::o200k_base};
  tokens::token_caches caches_;
  parse_thread parse_thread_;
  admission::fake_store store_;
  admission::admission_counters decisions_;
  admission::limiter limiter_{store_, decisions_, [] { return steady_time{} + std::chrono::hours(1); }};
  fake_upstream upstream_;
  admission::store_health store_health_;
  std::atomic<bool> stopping_{false};
  health_handler health_{
      {.node_id = "node-1", .store_kind = "memory", .version = "1.2.3"}, {&store_health_}, stopping_};
  api_counters counters_;
  api api_;

 private:
  api_parts parts() { return {encodings_, caches_, parse_thread_, limiter_, upstream_, health_, counters_}; }
};

}  // namespace weir::api
