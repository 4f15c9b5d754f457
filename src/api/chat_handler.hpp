// POST /v1/chat/completions: from a request to its completion, in the order in which things are decided.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "admission/limiter.hpp"
#include "api/api_counters.hpp"
#include "api/input_counter.hpp"
#include "api/parse_thread.hpp"
#include "api/request_ids.hpp"
#include "base/fair_mutex.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"
#include "openai/completion.hpp"
#include "policy/policy.hpp"
#include "tokens/encodings.hpp"
#include "upstream/upstream.hpp"

namespace weir::api {

struct chat_options {
  std::uint32_t default_output_tokens =
      512;  // the cap of a request without one, where the key's limit allows it
  std::size_t max_body_bytes = 32U << 20;
  std::chrono::milliseconds store_deadline{250};
  std::string node_id;
  bool limiter_bypassed = false;  // limits do not bound the work of counting either
  steady_time (*now)() = std::chrono::steady_clock::now;
};

// The objects that a chat handler uses. All must outlive the handler.
struct chat_parts {
  const tokens::encodings& encodings;
  tokens::token_caches& caches;
  api::parse_thread& parse_thread;
  admission::limiter& limiter;
  upstream::upstream& upstream;
  api_counters& counters;
  request_id_source& ids;
};

// One object per worker, used on its thread.
class chat_handler {
 public:
  chat_handler(const chat_parts& parts, chat_options options);

  // Fills e.response(). False: the client has gone, so there is nothing to send. `policy` is the snapshot
  // with which the request began; it is held until the request has ended.
  awaitable<bool> serve(http::exchange& e, policy::policy_snapshot policy);

  // Shutdown: fails queued and running large requests with 503 node_stopping.
  void shut_down();

 private:
  bool is_json(const http::request_head& head, http::response& response);
  // Parses a large body on the parse thread. Empty where the node stops before its turn.
  awaitable<std::optional<parse_thread::parsed>> parse_offloaded(http::padded_view body);
  limit::plan plan_for(const policy::policy& policy, const policy::key_record& key,
                       const openai::chat_request& request) const;
  // Sets plan.asked.input_tokens of a large request. It counts no further than the smallest limit of the
  // plan. False where the plan's rejection is certain or the node stops: `response` says so.
  awaitable<bool> count_large(limit::plan& plan, const openai::chat_request& request,
                              http::response& response);

  // The ends of a request without a completion. Each fills the response and returns what serve() returns.
  bool body_unavailable(http::response& response, http::request_error why);
  bool invalid(http::response& response, const openai::api_error& why);
  bool stopping(http::response& response);
  bool no_decision(http::response& response, admission::store_error why);
  bool rejected(http::response& response, openai::chat_request&& request, const limit::plan& plan,
                const limit::decision& decision);
  bool no_completion(http::response& response, admission::reservation& held, upstream::upstream_error why);
  void complete(http::response& response, const openai::chat_request& request, const openai::completion& made,
                const limit::plan& plan, const limit::decision& decision);

  chat_parts parts_;
  chat_options options_;
  openai::chat_reader reader_;
  fair_mutex offloading_;  // this worker's place on the parse thread
  input_counter counter_;
};

// The output tokens that a request reserves over all its choices: its own cap times n. Without a cap it is
// max(1, min(default, limit / n)) times n, so that the default alone never makes a request exceed the limit.
std::uint32_t output_reservation(const openai::chat_request& request, std::uint32_t default_output_tokens,
                                 std::uint32_t output_limit);

}  // namespace weir::api
