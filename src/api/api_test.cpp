#include "api/api.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "api/testing/api_fixture.hpp"

namespace weir::api {
namespace {

using limit::metric;

class api_test : public api_fixture {};

TEST_F(api_test, responds_with_completion_and_limits) {
  const http::response response = chat();
  EXPECT_EQ(response.status, 200u);
  EXPECT_TRUE(has_line(response, "x-ratelimit-limit-requests: 120")) << response.headers;
  EXPECT_TRUE(has_line(response, "x-ratelimit-remaining-requests: 119"));
  EXPECT_TRUE(has_line(response, "weir-admitted-second: 1700000000"));
  EXPECT_TRUE(has_line(response, "openai-processing-ms: 0"));
  EXPECT_TRUE(has_header(response, "RateLimit-Policy"));
  simdjson::dom::parser parser;
  const simdjson::dom::element body = parser.parse(response.body);
  EXPECT_EQ(std::string_view(body["node_id"]), "node-1");
  EXPECT_EQ(std::int64_t(body["created"]), 1'700'000'000);
  EXPECT_EQ(std::int64_t(body["usage"]["completion_tokens"]), 32);
  EXPECT_EQ(std::int64_t(body["usage"]["prompt_tokens"]), store_.takes.at(0).asked.input_tokens);
}

TEST_F(api_test, asks_for_one_request_its_input_and_its_cap) {
  chat();
  ASSERT_EQ(store_.takes.size(), 1u);
  const limit::plan& plan = store_.takes[0];
  EXPECT_EQ(plan.asked.requests, 1u);
  EXPECT_GT(plan.asked.input_tokens, 5u);
  EXPECT_EQ(plan.asked.output_tokens, 100u);
  ASSERT_EQ(plan.part_count, 1);
  EXPECT_EQ(plan.root, key("sk-a").id);
  EXPECT_EQ(plan.parts[0].id, key("sk-a").id);
  EXPECT_EQ(plan.parts[0].most, key("sk-a").limits);
  EXPECT_EQ(store_.last_deadline, default_options().now() + std::chrono::milliseconds(250));
}

TEST_F(api_test, settles_at_the_produced_output) {
  chat();
  const limit::amounts asked = store_.takes.at(0).asked;
  ASSERT_EQ(store_.settled.size(), 1u);
  EXPECT_EQ(store_.settled[0], (limit::amounts{1, asked.input_tokens, 32}));
  EXPECT_EQ(store_.receipts[0].reserved, asked);
  EXPECT_EQ(store_.receipts[0].places[0].second, 1'700'000'000u);
  EXPECT_EQ(store_.receipts[0].places[0].epoch, 7u);
}

TEST_F(api_test, uses_the_default_cap_where_a_request_has_none) {
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
      {{}, 1, limit::limits::unlimited, 512},
      {{}, 4, limit::limits::unlimited, 2048},
      {{}, 1, 300, 300},
      {{}, 2, 300, 300},
      {{}, 1, 0, 1},
      {{}, 7, 3, 7},
      {0xffffffffU, 128, limit::limits::unlimited, 0xffffffffU},
  };
  for (const row& r : table) {
    openai::chat_request request;
    request.output_cap = r.cap;
    request.choice_count = r.n;
    EXPECT_EQ(output_reservation(request, 512, r.limit), r.reserved) << r.n << ' ' << r.limit;
  }
}

TEST_F(api_test, responds_to_a_rejection_with_429_and_charges_nothing) {
  store_.answer.outcome = limit::outcome::rejected;
  store_.answer.which = metric::input_tokens;
  store_.answer.retry_after = microseconds{9'815'500};
  const http::response response = chat();
  EXPECT_EQ(response.status, 429u);
  EXPECT_TRUE(has_line(response, "retry-after: 10"));
  EXPECT_TRUE(has_line(response, "retry-after-ms: 9816"));
  EXPECT_TRUE(has_line(response, "x-ratelimit-limit-requests: 120"));
  EXPECT_FALSE(has_header(response, "weir-admitted-second"));
  EXPECT_EQ(error_of(response).code, "rate_limit_exceeded");
  EXPECT_TRUE(store_.settled.empty());
  EXPECT_EQ(decisions_.rejected[1].get(), 1u);
}

TEST_F(api_test, forbids_retries_of_a_request_that_exceeds_a_limit) {
  store_.answer.outcome = limit::outcome::exceeds_limit;
  store_.answer.which = metric::output_tokens;
  const http::response response = chat();
  EXPECT_EQ(response.status, 429u);
  EXPECT_TRUE(has_line(response, "x-should-retry: false"));
  EXPECT_FALSE(has_header(response, "retry-after"));
  EXPECT_EQ(decisions_.exceeds_limit[2].get(), 1u);
}

TEST_F(api_test, responds_503_when_the_store_makes_no_decision) {
  using enum admission::store_error;
  for (const auto why :
       {disconnected, deadline, overloaded, error_reply, bad_window, mismatch, unsupported_plan}) {
    store_.error = why;
    const http::response response = chat();
    EXPECT_EQ(response.status, 503u);
    EXPECT_TRUE(has_line(response, "retry-after: 1"));
    EXPECT_EQ(error_of(response).code, std::string("store_").append(name(why)));
  }
  EXPECT_TRUE(store_.settled.empty());
  EXPECT_EQ(counters_.store_error.get(), 7u);
}

TEST_F(api_test, refunds_everything_when_the_upstream_was_not_reached) {
  upstream_.failure = upstream::upstream_error::unreachable;
  EXPECT_EQ(chat().status, 502u);
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{0, 0, 0}}));
}

TEST_F(api_test, keeps_the_request_charged_when_the_upstream_was_too_slow) {
  upstream_.failure = upstream::upstream_error::timeout;
  EXPECT_EQ(chat().status, 504u);
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, store_.takes[0].asked.input_tokens, 0}}));
}

// The coroutine of a drained connection ends by an exception.
TEST_F(api_test, settles_when_it_is_cancelled_during_the_upstream_call) {
  upstream_.throws = true;
  http::fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
  EXPECT_THROW(serve(e), std::runtime_error);
  EXPECT_EQ(store_.settled, (std::vector<limit::amounts>{{1, store_.takes[0].asked.input_tokens, 0}}));
}

TEST_F(api_test, wants_a_known_key_before_it_reads_the_body) {
  const std::pair<const char*, const char*> table[] = {
      {"", "null"}, {"Bearer ", "null"}, {"Basic Og==", "null"}, {"Bearer sk-b", "invalid_api_key"}};
  for (const auto& [authorization, code] : table) {
    http::fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().authorization = authorization;
    serve(e);
    EXPECT_EQ(e.response().status, 401u) << authorization;
    EXPECT_EQ(error_of(e.response()).code, code);
    EXPECT_TRUE(has_header(e.response(), "www-authenticate"));
    EXPECT_FALSE(e.body_limit.has_value());
  }
  EXPECT_TRUE(store_.takes.empty());
  EXPECT_EQ(counters_.unauthenticated.get(), 4u);
}

TEST_F(api_test, shows_only_the_ends_of_a_wrong_key) {
  const std::string secret = "sk-live-0123456789abcdefWXYZ";
  const std::string body = chat(good_body, secret).body;
  EXPECT_NE(body.find("sk-********WXYZ"), std::string::npos) << body;
  EXPECT_EQ(body.find("0123"), std::string::npos);
  EXPECT_EQ(chat(good_body, "hunter2").body.find("hunter2"), std::string::npos);
}

TEST_F(api_test, wants_json_and_says_so_before_it_reads_the_body) {
  const std::pair<const char*, unsigned> table[] = {{"application/json", 200},
                                                    {"application/json; charset=utf-8", 200},
                                                    {"Application/JSON ;charset=utf-8", 200},
                                                    {"text/plain", 400},
                                                    {"application/jsonl", 400},
                                                    {"", 400}};
  for (const auto& [type, status] : table) {
    http::fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().content_type = type;
    serve(e);
    EXPECT_EQ(e.response().status, status) << type;
    EXPECT_EQ(e.body_limit.has_value(), status == 200) << type;
  }
}

TEST_F(api_test, refuses_an_encoded_body) {
  const std::pair<const char*, unsigned> table[] = {{"gzip", 415}, {"br", 415}, {"identity", 200}, {"", 200}};
  for (const auto& [encoding, status] : table) {
    http::fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
    e.edit_head().content_encoding = encoding;
    serve(e);
    EXPECT_EQ(e.response().status, status) << encoding;
  }
}

TEST_F(api_test, charges_nothing_for_an_invalid_request) {
  for (const char* body : {"", "{", "[]", "{}", R"({"model":"m"})", R"({"model":"m","messages":[]})",
                           R"({"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":-1})",
                           R"({"model":"m","messages":[{"role":"user","content":"a"}],"stream":true})"}) {
    const http::response response = chat(body);
    EXPECT_EQ(response.status, 400u) << body;
    EXPECT_FALSE(has_header(response, "x-ratelimit-limit-requests"));
  }
  EXPECT_TRUE(store_.takes.empty());
  EXPECT_EQ(counters_.invalid.get(), 8u);
}

TEST_F(api_test, says_why_a_body_could_not_be_read) {
  const std::pair<http::request_error, unsigned> table[] = {{http::request_error::body_too_large, 413},
                                                            {http::request_error::timeout, 408},
                                                            {http::request_error::malformed, 400},
                                                            {http::request_error::over_budget, 503}};
  for (const auto& [why, status] : table) {
    http::fake_exchange e("POST", "/v1/chat/completions", "");
    e.no_body = why;
    serve(e);
    EXPECT_EQ(e.response().status, status);
    EXPECT_EQ(e.body_limit, default_options().max_body_bytes);
  }
  EXPECT_TRUE(store_.takes.empty());
}

TEST_F(api_test, sends_nothing_when_the_client_has_gone) {
  http::fake_exchange e("POST", "/v1/chat/completions", "");
  e.no_body = http::request_error::disconnected;
  serve(e);
  EXPECT_EQ(e.sent, 0);
}

TEST_F(api_test, writes_no_limits_for_a_bypassed_limiter_or_an_unlimited_key) {
  EXPECT_FALSE(has_header(chat(good_body, "sk-free"), "x-ratelimit-limit-requests"));
  store_.bypassed = true;
  const http::response response = chat();
  EXPECT_EQ(response.status, 200u);
  EXPECT_FALSE(has_header(response, "x-ratelimit-limit-requests"));
  EXPECT_FALSE(has_header(response, "weir-admitted-second"));
}

TEST_F(api_test, serves_probes_and_models) {
  EXPECT_NE(get("/healthz").body.find("\"status\":\"ok\""), std::string::npos);
  EXPECT_EQ(get("/livez", "HEAD").body, "alive\n");
  EXPECT_EQ(get("/readyz").body, "ready\n");
  EXPECT_EQ(get("/v1/models").status, 200u);
  EXPECT_EQ(get("/v1/models/gpt-4o").status, 200u);
  EXPECT_EQ(error_of(get("/v1/models/no-such-model")).code, "model_not_found");
}

TEST_F(api_test, counts_requests_by_endpoint) {
  chat();
  get("/v1/models");
  get("/v1/models/gpt-4o");
  get("/nowhere");
  EXPECT_EQ(requests_to(endpoint::chat_completions), 1u);
  EXPECT_EQ(requests_to(endpoint::models), 2u);
  EXPECT_EQ(requests_to(endpoint::none), 1u);
}

// A request keeps the policy with which it began; the next one uses the new policy.
TEST_F(api_test, uses_a_new_policy_from_the_next_request_on) {
  http::fake_exchange e("POST", "/v1/chat/completions", std::string(good_body));
  asio::io_context loop;
  asio::co_spawn(loop, api_.serve(e), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  loop.run_one();  // the request is under way
  const std::weak_ptr<const policy::policy> before = policy_;
  policy_.reset();
  api_.set_policy(policy_of({{"sk-a", {.requests = 7}}}));
  loop.run();
  EXPECT_EQ(e.response().status, 200u);
  EXPECT_TRUE(before.expired());
  EXPECT_TRUE(has_line(chat(), "x-ratelimit-limit-requests: 7"));
  EXPECT_EQ(chat(good_body, "sk-few").status, 401u);
}

TEST_F(api_test, wants_a_key_for_models_and_none_for_probes) {
  for (const auto& [path, status] : std::map<std::string, unsigned>{{"/v1/models", 401},
                                                                    {"/v1/models/gpt-4o", 401},
                                                                    {"/healthz", 200},
                                                                    {"/metrics", 404},
                                                                    {"/nowhere", 404}}) {
    http::fake_exchange e("GET", path, "");
    e.edit_head().authorization = "";
    serve(e);
    EXPECT_EQ(e.response().status, status) << path;
  }
}

TEST_F(api_test, names_wrong_urls_and_wrong_methods) {
  EXPECT_EQ(get("/v1/chat/completion", "POST").status, 404u);
  EXPECT_EQ(error_of(get("/chat/completions", "POST")).code, "unknown_url");
  const http::response wrong_method = get("/v1/chat/completions");
  EXPECT_EQ(wrong_method.status, 405u);
  EXPECT_TRUE(has_line(wrong_method, "allow: POST"));
}

TEST_F(api_test, gives_every_response_an_id_of_its_own) {
  const auto id = [](const http::response& response) {
    const std::size_t at = response.headers.find("x-request-id: req_");
    return at == std::string::npos ? std::string() : response.headers.substr(at + 18, 32);
  };
  const std::string first = id(chat()), second = id(get("/nowhere"));
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, second);
  http::response refused;
  api_.on_request_error(http::request_error::smuggled, refused);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(id(refused).size(), 32u);
  EXPECT_TRUE(has_header(refused, "openai-processing-ms"));
}

TEST_F(api_test, counts_the_tokens_of_admitted_requests) {
  chat();
  EXPECT_EQ(decisions_.admitted.get(), 1u);
  EXPECT_EQ(decisions_.input_tokens.get(), store_.takes[0].asked.input_tokens);
  EXPECT_EQ(decisions_.reserved_output_tokens.get(), 100u);
  EXPECT_EQ(decisions_.produced_output_tokens.get(), 32u);
}

}  // namespace
}  // namespace weir::api
