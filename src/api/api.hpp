// The HTTP API of one worker: sends each request to its endpoint and adds the headers of every response.
#pragma once

#include <chrono>
#include <cstdint>

#include "api/api_counters.hpp"
#include "api/chat_handler.hpp"
#include "api/health_handler.hpp"
#include "api/request_ids.hpp"
#include "api/router.hpp"
#include "http/exchange.hpp"
#include "policy/policy.hpp"

namespace weir::api {

// The objects that the API uses. All must outlive it. One set for each worker, but for the encodings, the
// parse thread and the health handler.
struct api_parts {
  const tokens::encodings& encodings;
  tokens::token_caches& caches;
  api::parse_thread& parse_thread;
  admission::limiter& limiter;
  upstream::upstream& upstream;
  const health_handler& health;
  api_counters& counters;
};

// One object per worker, used on its thread.
class api final : public http::handler {
 public:
  // `id_seed` must be random: the ids of requests come from it.
  api(const api_parts& parts, chat_options options, policy::policy_snapshot policy, std::uint64_t id_seed);

  awaitable<void> serve(http::exchange& e) override;
  void on_request_error(http::request_error why, http::response& response) noexcept override;

  // Requests that begin from now on use `policy`; those under way keep theirs.
  void set_policy(policy::policy_snapshot policy) { policy_ = std::move(policy); }

  // Shutdown: fails queued and running large requests with 503 node_stopping.
  void shut_down() { chat_.shut_down(); }

 private:
  // Fills e.response(). False: the client has gone, so there is nothing to send.
  awaitable<bool> respond(http::exchange& e);
  void respond_without_body(const http::request_head& head, const route& to, http::response& response);
  void write_route_error(const http::request_head& head, const route& to, http::response& response) const;
  void add_common_headers(http::response& response, std::chrono::milliseconds processing);

  api_counters& counters_;
  const health_handler& health_;
  steady_time (*now_)();
  std::size_t max_body_bytes_;
  policy::policy_snapshot policy_;
  request_id_source ids_;
  chat_handler chat_;
};

}  // namespace weir::api
