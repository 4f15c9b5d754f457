#include "api/chat_handler.hpp"

#include <algorithm>
#include <utility>

#include "api/authentication.hpp"
#include "api/error_responses.hpp"
#include "api/limit_headers.hpp"
#include "base/text.hpp"
#include "base/text_buffer.hpp"

// A request passes through serve() from top to bottom; each step hands a value to the next. Everything that
// can be wrong with a request comes before the limiter, so an invalid request costs nothing. The reservation
// settles at the end of serve(), before the response is sent: a client that has its response finds its unused
// output refunded, and a client that reads slowly holds no reservation.

namespace weir::api {
namespace {

// The media type without its parameters (RFC 9110 section 8.3.1).
std::string_view media_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.substr(0, type.find_last_not_of(" \t") + 1);
}

}  // namespace

chat_handler::chat_handler(const chat_parts& parts, chat_options options)
    : parts_(parts), options_(std::move(options)), counter_(parts.encodings, parts.caches) {}

awaitable<bool> chat_handler::serve(http::exchange& e, policy::policy_snapshot policy) {
  http::response& response = e.response();
  const policy::key_record* key = authenticate(*policy, e.head(), response);
  if (key == nullptr) parts_.counters.unauthenticated.add();
  if (key == nullptr || !is_json(e.head(), response)) co_return true;

  const auto body = co_await e.body(options_.max_body_bytes);
  if (!body) co_return body_unavailable(response, body.error());
  std::optional<parse_thread::parsed> request;
  if (body->size <= parse_thread::small_bytes)
    request = reader_.read(body->data, body->size);
  else
    request = co_await parse_offloaded(*body);
  if (!request) co_return stopping(response);
  if (!*request) co_return invalid(response, request->error());

  limit::plan plan = plan_for(*policy, *key, **request);
  if (input_counter::is_small(**request))
    plan.asked.input_tokens = counter_.count(**request);
  else if (!co_await count_large(plan, **request, response))
    co_return true;

  auto admitted = co_await parts_.limiter.admit(plan, options_.now() + options_.store_deadline);
  if (!admitted) co_return no_decision(response, admitted.error());
  append_limit_headers(response.headers, plan, admitted->decision);
  if (!admitted->held) co_return rejected(response, std::move(**request), plan, admitted->decision);

  const auto made = co_await parts_.upstream.complete(**request, plan.asked.output_tokens);
  if (!made) co_return no_completion(response, *admitted->held, made.error());
  admitted->held->produced(made->output_tokens());
  complete(response, **request, *made, plan, admitted->decision);
  reader_.recycle(std::move(**request));
  co_return true;
}

bool chat_handler::is_json(const http::request_head& head, http::response& response) {
  const bool unencoded =
      head.content_encoding.empty() || equal_ignoring_case(head.content_encoding, "identity");
  if (unencoded && equal_ignoring_case(media_type(head.content_type), "application/json")) return true;
  invalid(response, unencoded ? openai::unsupported_content_type(head.content_type)
                              : openai::unsupported_content_encoding(head.content_encoding));
  return false;
}

// One body of this worker at a time; the others wait for the mutex, where a shutdown can end their wait.
awaitable<std::optional<parse_thread::parsed>> chat_handler::parse_offloaded(http::padded_view body) {
  const executor loop = co_await asio::this_coro::executor;
  if (!co_await offloading_.lock()) co_return std::nullopt;
  const fair_mutex::guard lock(offloading_, loop);
  parts_.counters.offloaded_body_reads.add();
  auto parsed = co_await parts_.parse_thread.parse(body);
  co_return std::move(parsed);
}

limit::plan chat_handler::plan_for(const policy::policy& policy, const policy::key_record& key,
                                   const openai::chat_request& request) const {
  limit::plan plan = policy.plan_for(key, {.requests = 1});
  const std::uint32_t output_limit = smallest_limit(plan, limit::metric::output_tokens);
  plan.asked.output_tokens = output_reservation(request, options_.default_output_tokens, output_limit);
  return plan;
}

awaitable<bool> chat_handler::count_large(limit::plan& plan, const openai::chat_request& request,
                                          http::response& response) {
  plan.asked.input_tokens = input_counter::at_least(request);
  if (const auto known = parts_.limiter.known_rejection(plan)) {
    parts_.counters.token_counts_skipped.add();
    append_limit_headers(response.headers, plan, *known);
    write_rejection(response, request.model, plan, *known);
    co_return false;
  }
  parts_.counters.chunked_token_counts.add();
  const std::uint32_t enough = options_.limiter_bypassed ? limit::limits::unlimited
                                                         : smallest_limit(plan, limit::metric::input_tokens);
  const auto counted = co_await counter_.count_in_chunks(request, enough);
  if (!counted) {
    stopping(response);
    co_return false;
  }
  plan.asked.input_tokens = *counted;
  co_return true;
}

void chat_handler::shut_down() {
  offloading_.close();
  counter_.shut_down();
}

bool chat_handler::body_unavailable(http::response& response, http::request_error why) {
  parts_.counters.body_unavailable.add();
  write_request_error(response, why, options_.max_body_bytes);
  return why != http::request_error::disconnected;
}

bool chat_handler::invalid(http::response& response, const openai::api_error& why) {
  parts_.counters.invalid.add();
  write_api_error(response, why);
  return true;
}

bool chat_handler::stopping(http::response& response) {
  parts_.counters.body_unavailable.add();
  write_upstream_error(response, upstream::upstream_error::stopping);
  return true;
}

bool chat_handler::no_decision(http::response& response, admission::store_error why) {
  parts_.counters.store_error.add();
  write_store_error(response, why);
  return true;
}

bool chat_handler::rejected(http::response& response, openai::chat_request&& request, const limit::plan& plan,
                            const limit::decision& decision) {
  write_rejection(response, request.model, plan, decision);
  reader_.recycle(std::move(request));
  return true;
}

bool chat_handler::no_completion(http::response& response, admission::reservation& held,
                                 upstream::upstream_error why) {
  parts_.counters.upstream_errors[static_cast<std::size_t>(why)].add();
  if (why == upstream::upstream_error::unreachable) held.unused();
  write_upstream_error(response, why);
  return true;
}

void chat_handler::complete(http::response& response, const openai::chat_request& request,
                            const openai::completion& made, const limit::plan& plan,
                            const limit::decision& decision) {
  for (std::size_t i = 0; i < decision.part_count; ++i) {
    if (!plan.is_reported(i)) continue;
    text_buffer<48> line;
    response.headers +=
        line.put("weir-admitted-second: ").number(decision.windows[i].second).put("\r\n").text();
    break;
  }
  const auto id = openai::make_completion_id(parts_.ids.next(), parts_.ids.next());
  const openai::completion_header header{.id = id.view(),
                                         .created = decision.now.second(),
                                         .model = request.model,
                                         .input_tokens = plan.asked.input_tokens,
                                         .node_id = options_.node_id};
  openai::write_completion(response.body, made, header);
}

std::uint32_t output_reservation(const openai::chat_request& request, std::uint32_t default_output_tokens,
                                 std::uint32_t output_limit) {
  const std::uint64_t choices = request.choice_count;
  const std::uint64_t each =
      request.output_cap ? *request.output_cap
                         : std::max<std::uint64_t>(
                               1, std::min<std::uint64_t>(default_output_tokens, output_limit / choices));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(each * choices, 0xffffffffU));
}

}  // namespace weir::api
