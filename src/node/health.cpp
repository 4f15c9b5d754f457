#include "node/health.hpp"

#include <algorithm>

#include "node/version.hpp"
#include "openai/api_error.hpp"

namespace weir::node {
namespace {

// How bad a state is; of several workers the worst counts.
int badness(store_state s) {
  switch (s) {
    case store_state::up: return 0;
    case store_state::connecting: return 1;
    case store_state::down: return 2;
    case store_state::mismatch: return 3;
  }
  return 3;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append("\"").append(name).append("\":\"");
  openai::append_json_escaped(out, value);
  out += '"';
}

}  // namespace

std::string_view name(store_state s) {
  switch (s) {
    case store_state::up: return "up";
    case store_state::connecting: return "connecting";
    case store_state::down: return "down";
    case store_state::mismatch: return "mismatch";
  }
  return "unknown";
}

std::string_view health::status() const {
  if (stopping) return "stopping";
  return store == store_state::up ? "ok" : "degraded";
}

health read_health(const node_cells& cells, bool stopping) {
  health h{.store = store_state::up, .reached_once = true, .stopping = stopping};
  for (const auto& w : cells.workers) {
    const store_state s = w->store.state.load(std::memory_order_relaxed);
    if (badness(s) > badness(h.store)) h.store = s;
    h.reached_once = h.reached_once && w->store.reached_once.load(std::memory_order_relaxed);
  }
  return h;
}

void write_health(std::string& out, const health& h, const node_facts& facts) {
  out += '{';
  append_field(out, "status", h.status());
  out += ',';
  append_field(out, "node_id", facts.node_id);
  out += ",\"store\":{";
  append_field(out, "kind", facts.store_kind);
  out += ',';
  append_field(out, "state", name(h.store));
  out += "},";
  append_field(out, "version", version());
  out.append(",\"window_seconds\":").append(std::to_string(facts.window_seconds)).append("}\n");
}

std::string_view readiness_text(const health& h) {
  if (h.ready()) return "ready\n";
  if (h.stopping) return "not ready: stopping\n";
  if (h.store == store_state::mismatch)
    return "not ready: the store is used by nodes with other settings (see the log)\n";
  return "not ready: the store was not reached yet\n";
}

}  // namespace weir::node
