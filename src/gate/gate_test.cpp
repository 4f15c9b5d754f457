#include "gate/gate.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "gate/gate_fixture.hpp"

namespace weir {
namespace {

TEST_F(gate_test, answers_a_chat_request_with_completion_and_limits) {
  const http::answer reply = chat();
  EXPECT_EQ(reply.status, 200u);
  EXPECT_TRUE(has_line(reply, "x-ratelimit-limit-requests: 120")) << reply.headers;
  EXPECT_TRUE(has_line(reply, "x-ratelimit-remaining-requests: 119"));
  EXPECT_TRUE(has_line(reply, "weir-admitted-second: 1700000000"));
  EXPECT_TRUE(has_line(reply, "openai-processing-ms: 0"));
  EXPECT_TRUE(has_header(reply, "RateLimit-Policy"));
  simdjson::dom::parser parser;
  const simdjson::dom::element body = parser.parse(reply.body);
  EXPECT_EQ(std::string_view(body["node_id"]), "node-1");
  EXPECT_EQ(std::int64_t(body["created"]), 1'700'000'000);
  EXPECT_EQ(std::int64_t(body["usage"]["completion_tokens"]), 32);
  EXPECT_EQ(std::int64_t(body["usage"]["prompt_tokens"]), store_.takes.at(0).asked.input_tokens);
}

TEST_F(gate_test, takes_one_request_its_input_and_its_cap_of_the_keys_window) {
  chat();
  ASSERT_EQ(store_.takes.size(), 1u);
  const charge& asked = store_.takes[0];
  EXPECT_EQ(asked.asked.requests, 1u);
  EXPECT_GT(asked.asked.input_tokens, 5u);
  EXPECT_EQ(asked.asked.output_tokens, 100u);
  EXPECT_EQ(asked.scope_count, 1);
  EXPECT_EQ(asked.scopes[0].id, keys_.find("sk-a")->id);
  EXPECT_EQ(asked.scopes[0].limits, keys_.find("sk-a")->limits);
  EXPECT_EQ(store_.last_deadline, options().now() + std::chrono::milliseconds(250));
}

TEST_F(gate_test, settles_at_what_was_produced) {
  chat();
  const amounts asked = store_.takes.at(0).asked;
  ASSERT_EQ(store_.settled.size(), 1u);
  EXPECT_EQ(store_.settled[0], (amounts{1, asked.input_tokens, 32}));
  EXPECT_EQ(store_.receipts[0].reserved, asked);
  EXPECT_EQ(store_.receipts[0].parts[0].second, 1'700'000'000u);
  EXPECT_EQ(store_.receipts[0].parts[0].epoch, 7u);
}

TEST_F(gate_test, gives_a_default_cap_where_none_is_named_and_enforces_it) {
  chat(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  EXPECT_EQ(store_.takes.at(0).asked.output_tokens, 512u);
  EXPECT_EQ(upstream_.last_cap, 512u);
  chat(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})", "sk-few");
  EXPECT_EQ(upstream_.last_cap, 300u);
}

TEST(output_reservation, follows_the_request_the_default_and_the_limit) {
  struct row {
    std::optional<std::uint32_t> cap;
    std::uint32_t n, limit, reserved;
  };
  const row table[] = {
      {100, 1, 10'000, 100},
      {100, 3, 10'000, 300},
      {20'000, 1, 10'000, 20'000},
      {{}, 1, limits::unlimited, 512},
      {{}, 4, limits::unlimited, 2048},
      {{}, 1, 300, 300},
      {{}, 2, 300, 300},
      {{}, 1, 0, 1},
      {{}, 7, 3, 7},
      {0xffffffffU, 128, limits::unlimited, 0xffffffffU},
  };
  for (const row& r : table) {
    openai::chat_request request;
    request.output_cap = r.cap;
    request.choice_count = r.n;
    EXPECT_EQ(output_reservation(request, 512, r.limit), r.reserved) << r.n << ' ' << r.limit;
  }
}

TEST_F(gate_test, answers_a_rejection_with_429_and_charges_nothing) {
  store_.answer.outcome = outcome::rejected;
  store_.answer.which = metric::input_tokens;
  store_.answer.retry_after = microseconds{9'815'500};
  const http::answer reply = chat();
  EXPECT_EQ(reply.status, 429u);
  EXPECT_TRUE(has_line(reply, "retry-after: 10"));
  EXPECT_TRUE(has_line(reply, "retry-after-ms: 9816"));
  EXPECT_TRUE(has_line(reply, "x-ratelimit-limit-requests: 120"));
  EXPECT_FALSE(has_header(reply, "weir-admitted-second"));
  EXPECT_EQ(error_of(reply).code, "rate_limit_exceeded");
  EXPECT_TRUE(store_.settled.empty());
  EXPECT_EQ(cells_.rejected[1].get(), 1u);
}

TEST_F(gate_test, tells_what_never_fits_not_to_retry) {
  store_.answer.outcome = outcome::never_fits;
  store_.answer.which = metric::output_tokens;
  const http::answer reply = chat();
  EXPECT_EQ(reply.status, 429u);
  EXPECT_TRUE(has_line(reply, "x-should-retry: false"));
  EXPECT_FALSE(has_header(reply, "retry-after"));
  EXPECT_EQ(cells_.never_fits[2].get(), 1u);
}

TEST_F(gate_test, answers_503_when_the_store_is_out) {
  for (const outage why : {outage::disconnected, outage::deadline, outage::overloaded, outage::refused,
                           outage::bad_window, outage::mismatch}) {
    store_.out = why;
    const http::answer reply = chat();
    EXPECT_EQ(reply.status, 503u);
    EXPECT_TRUE(has_line(reply, "retry-after: 1"));
    EXPECT_EQ(error_of(reply).code, std::string("store_").append(name(why)));
  }
  EXPECT_TRUE(store_.settled.empty());
  EXPECT_EQ(cells_.outages.get(), 6u);
}

TEST_F(gate_test, gives_all_back_when_the_upstream_was_not_reached) {
  upstream_.failure = upstream_failure::unreachable;
  EXPECT_EQ(chat().status, 502u);
  EXPECT_EQ(store_.settled, (std::vector<amounts>{{0, 0, 0}}));
}

TEST_F(gate_test, keeps_the_request_charged_when_the_upstream_was_too_slow) {
  upstream_.failure = upstream_failure::timeout;
  EXPECT_EQ(chat().status, 504u);
  EXPECT_EQ(store_.settled, (std::vector<amounts>{{1, store_.takes[0].asked.input_tokens, 0}}));
}

// A drained connection's coroutine ends by an exception.
TEST_F(gate_test, settles_when_it_is_cancelled_while_the_upstream_works) {
  upstream_.throws = true;
  fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
  EXPECT_THROW(serve(e), std::runtime_error);
  EXPECT_EQ(store_.settled, (std::vector<amounts>{{1, store_.takes[0].asked.input_tokens, 0}}));
}

TEST_F(gate_test, asks_for_a_known_key_before_it_reads_the_body) {
  const std::pair<const char*, const char*> table[] = {
      {"", "null"}, {"Bearer ", "null"}, {"Basic Og==", "null"}, {"Bearer sk-b", "invalid_api_key"}};
  for (const auto& [authorization, code] : table) {
    fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().authorization = authorization;
    serve(e);
    EXPECT_EQ(e.reply().status, 401u) << authorization;
    EXPECT_EQ(error_of(e.reply()).code, code);
    EXPECT_TRUE(has_header(e.reply(), "www-authenticate"));
    EXPECT_FALSE(e.body_limit.has_value());
  }
  EXPECT_TRUE(store_.takes.empty());
  EXPECT_EQ(cells_.unauthenticated.get(), 4u);
}

TEST_F(gate_test, shows_of_a_wrong_key_no_more_than_its_ends) {
  const std::string secret = "sk-live-0123456789abcdefWXYZ";
  const std::string body = chat(good_body, secret).body;
  EXPECT_NE(body.find("sk-********WXYZ"), std::string::npos) << body;
  EXPECT_EQ(body.find("0123"), std::string::npos);
  EXPECT_EQ(chat(good_body, "hunter2").body.find("hunter2"), std::string::npos);
}

TEST_F(gate_test, wants_json_and_says_so_before_it_reads_the_body) {
  const std::pair<const char*, unsigned> table[] = {{"application/json", 200},
                                                    {"application/json; charset=utf-8", 200},
                                                    {"Application/JSON ;charset=utf-8", 200},
                                                    {"text/plain", 400},
                                                    {"application/jsonl", 400},
                                                    {"", 400}};
  for (const auto& [type, status] : table) {
    fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().content_type = type;
    serve(e);
    EXPECT_EQ(e.reply().status, status) << type;
    EXPECT_EQ(e.body_limit.has_value(), status == 200) << type;
  }
}

TEST_F(gate_test, refuses_an_encoded_body_instead_of_guessing) {
  const std::pair<const char*, unsigned> table[] = {{"gzip", 415}, {"br", 415}, {"identity", 200}, {"", 200}};
  for (const auto& [encoding, status] : table) {
    fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().content_encoding = encoding;
    serve(e);
    EXPECT_EQ(e.reply().status, status) << encoding;
  }
}

TEST_F(gate_test, takes_nothing_for_what_is_invalid) {
  for (const char* body : {"", "{", "[]", "{}", R"({"model":"m"})", R"({"model":"m","messages":[]})",
                           R"({"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":-1})",
                           R"({"model":"m","messages":[{"role":"user","content":"a"}],"stream":true})"}) {
    const http::answer reply = chat(body);
    EXPECT_EQ(reply.status, 400u) << body;
    EXPECT_FALSE(has_header(reply, "x-ratelimit-limit-requests"));
  }
  EXPECT_TRUE(store_.takes.empty());
  EXPECT_EQ(cells_.invalid.get(), 8u);
}

TEST_F(gate_test, answers_why_a_body_could_not_be_read) {
  const std::pair<http::refusal, unsigned> table[] = {{http::refusal::body_too_large, 413},
                                                      {http::refusal::timeout, 408},
                                                      {http::refusal::malformed, 400},
                                                      {http::refusal::over_budget, 503}};
  for (const auto& [why, status] : table) {
    fake_exchange e("POST", "/v1/chat/completions", "");
    e.no_body = why;
    serve(e);
    EXPECT_EQ(e.reply().status, status);
    EXPECT_EQ(e.body_limit, 1000u);
  }
  EXPECT_TRUE(store_.takes.empty());
}

TEST_F(gate_test, answers_nobody_when_nobody_is_left) {
  fake_exchange e("POST", "/v1/chat/completions", "");
  e.no_body = http::refusal::disconnected;
  serve(e);
  EXPECT_EQ(e.sent, 0);
}

TEST_F(gate_test, writes_no_limits_for_a_bypassed_limiter_or_an_unlimited_key) {
  EXPECT_FALSE(has_header(chat(good_body, "sk-free"), "x-ratelimit-limit-requests"));
  store_.answer.scope_count = 0;
  const http::answer reply = chat();
  EXPECT_EQ(reply.status, 200u);
  EXPECT_FALSE(has_header(reply, "x-ratelimit-limit-requests"));
  EXPECT_FALSE(has_header(reply, "weir-admitted-second"));
}

TEST_F(gate_test, serves_probes_and_models) {
  EXPECT_EQ(get("/healthz").body, "health");
  EXPECT_EQ(get("/livez", "HEAD").body, "live");
  EXPECT_EQ(get("/readyz").body, "ready");
  EXPECT_EQ(get("/metrics").body, "metrics");
  EXPECT_EQ(get("/v1/models").status, 200u);
  EXPECT_EQ(get("/v1/models/gpt-4o").status, 200u);
  EXPECT_EQ(error_of(get("/v1/models/nobody-9")).code, "model_not_found");
}

TEST_F(gate_test, wants_a_key_for_models_and_none_for_probes) {
  for (const auto& [path, status] : std::map<std::string, unsigned>{{"/v1/models", 401},
                                                                    {"/v1/models/gpt-4o", 401},
                                                                    {"/healthz", 200},
                                                                    {"/metrics", 200},
                                                                    {"/nowhere", 404}}) {
    fake_exchange e("GET", path, "");
    e.edit_head().authorization = "";
    serve(e);
    EXPECT_EQ(e.reply().status, status) << path;
  }
}

TEST_F(gate_test, knows_wrong_urls_and_wrong_methods) {
  EXPECT_EQ(get("/v1/chat/completion", "POST").status, 404u);
  EXPECT_EQ(error_of(get("/chat/completions", "POST")).code, "unknown_url");
  const http::answer wrong_method = get("/v1/chat/completions");
  EXPECT_EQ(wrong_method.status, 405u);
  EXPECT_TRUE(has_line(wrong_method, "allow: POST"));
}

TEST_F(gate_test, signs_every_answer_with_an_id_of_its_own) {
  const auto id = [](const http::answer& reply) {
    const std::size_t at = reply.headers.find("x-request-id: req_");
    return at == std::string::npos ? std::string() : reply.headers.substr(at + 18, 32);
  };
  const std::string first = id(chat()), second = id(get("/nowhere"));
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, second);
  http::answer refused;
  gate_.refuse(http::refusal::smuggled, refused);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(id(refused).size(), 32u);
  EXPECT_TRUE(has_header(refused, "openai-processing-ms"));
}

TEST_F(gate_test, counts_what_it_admits) {
  chat();
  EXPECT_EQ(cells_.admitted.get(), 1u);
  EXPECT_EQ(cells_.input_tokens.get(), store_.takes[0].asked.input_tokens);
  EXPECT_EQ(cells_.reserved_output_tokens.get(), 100u);
  EXPECT_EQ(cells_.output_tokens.get(), 32u);
}

}  // namespace
}  // namespace weir
