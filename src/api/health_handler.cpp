#include "api/health_handler.hpp"

#include <utility>

#include "base/json_escape.hpp"
#include "base/text.hpp"

namespace weir::api {
namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append("\"").append(name).append("\":\"");
  append_json_escaped(out, value);
  out += '"';
}

std::string_view readiness_text(const health& h) {
  if (h.ready()) return "ready\n";
  if (h.stopping) return "not ready: stopping\n";
  if (h.store.state == admission::store_state::mismatch)
    return "not ready: the store is used by nodes with other settings (see the log)\n";
  return "not ready: the store has not been reached yet\n";
}

}  // namespace

bool health::ready() const {
  return store.reached_once && !stopping && store.state != admission::store_state::mismatch;
}

std::string_view health::status() const {
  if (stopping) return "stopping";
  return store.state == admission::store_state::up ? "ok" : "degraded";
}

health_handler::health_handler(node_description node, std::vector<const admission::store_health*> stores,
                               const std::atomic<bool>& stopping)
    : node_(std::move(node)), stores_(std::move(stores)), stopping_(stopping) {}

health health_handler::read() const {
  return {.store = admission::summarize(stores_), .stopping = stopping_.load(std::memory_order_relaxed)};
}

void health_handler::livez(http::response& response) const {
  response.content_type = plain_text;
  response.body = "alive\n";
}

void health_handler::readyz(http::response& response) const {
  const health now = read();
  response.content_type = plain_text;
  response.status = now.ready() ? 200 : 503;
  response.body = readiness_text(now);
}

void health_handler::healthz(http::response& response) const {
  const health now = read();
  std::string& out = response.body;
  out += '{';
  append_field(out, "status", now.status());
  out += ',';
  append_field(out, "node_id", node_.node_id);
  out += ",\"store\":{";
  append_field(out, "kind", node_.store_kind);
  out += ',';
  append_field(out, "state", name(now.store.state));
  out += "},";
  append_field(out, "version", node_.version);
  out += ",\"window_seconds\":";
  append_number(out, node_.window_seconds);
  out += "}\n";
}

}  // namespace weir::api
