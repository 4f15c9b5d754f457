#include "api/api.hpp"

#include <utility>

#include "api/authentication.hpp"
#include "api/error_responses.hpp"
#include "api/models_handler.hpp"
#include "base/text_buffer.hpp"

namespace weir::api {
namespace {

awaitable<bool> ready() { co_return true; }

}  // namespace

api::api(const api_parts& parts, chat_options options, policy::policy_snapshot policy, std::uint64_t id_seed)
    : counters_(parts.counters),
      health_(parts.health),
      now_(options.now),
      max_body_bytes_(options.max_body_bytes),
      policy_(std::move(policy)),
      ids_(id_seed),
      chat_({parts.encodings, parts.caches, parts.parse_thread, parts.limiter, parts.upstream, parts.counters,
             ids_},
            std::move(options)) {}

awaitable<void> api::serve(http::exchange& e) {
  const steady_time begin = now_();
  const bool has_client = co_await respond(e);
  if (!has_client) co_return;
  add_common_headers(e.response(), std::chrono::duration_cast<std::chrono::milliseconds>(now_() - begin));
  co_await e.send();
}

void api::on_request_error(http::request_error why, http::response& response) noexcept {
  write_request_error(response, why, max_body_bytes_);
  add_common_headers(response, std::chrono::milliseconds{0});
}

// Only chat requests have a coroutine of their own; everything else is filled at once.
awaitable<bool> api::respond(http::exchange& e) {
  const route to = find_route(e.head().method, e.head().path);
  counters_.requests[static_cast<std::size_t>(to.endpoint)].add();
  if (to.endpoint == endpoint::chat_completions) return chat_.serve(e, policy_);
  respond_without_body(e.head(), to, e.response());
  return ready();
}

void api::respond_without_body(const http::request_head& head, const route& to, http::response& response) {
  switch (to.endpoint) {
    case endpoint::livez: return health_.livez(response);
    case endpoint::readyz: return health_.readyz(response);
    case endpoint::healthz: return health_.healthz(response);
    case endpoint::models:
      if (authenticate(*policy_, head, response) != nullptr)
        write_models_response(response, to.model);
      else
        counters_.unauthenticated.add();
      return;
    case endpoint::chat_completions:
    case endpoint::none: return write_route_error(head, to, response);
  }
}

void api::write_route_error(const http::request_head& head, const route& to, http::response& response) const {
  switch (to.error) {
    case route_error::unknown_url:
      return write_api_error(response, openai::unknown_url(head.method, head.path));
    case route_error::outside_v1:
      return write_api_error(response, openai::unknown_request_url(head.method, head.path));
    case route_error::wrong_method:
      write_api_error(response, openai::wrong_method(head.method, head.path));
      response.headers.append("allow: ").append(to.allow).append("\r\n");
  }
}

void api::add_common_headers(http::response& response, std::chrono::milliseconds processing) {
  const auto id = ids_.hex_128();
  text_buffer<128> lines;
  lines.put("x-request-id: req_").put({id.data(), id.size()}).put("\r\nopenai-processing-ms: ");
  lines.number(static_cast<std::uint64_t>(processing.count())).put("\r\n");
  response.headers += lines.text();
}

}  // namespace weir::api
