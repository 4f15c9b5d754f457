// GET /livez, /readyz and /healthz: whether the node is alive, ready and well.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admission/limiter.hpp"
#include "http/exchange.hpp"

namespace weir::api {

// The health of a node as its probes show it.
struct health {
  admission::health_summary store;
  bool stopping = false;

  // True where the node can serve: every worker has reached the store once, the store is used with this
  // node's settings, and the node is not stopping. A store that is down for a while does not make the node
  // unready: requests get 503, and status() says "degraded". Otherwise a short outage would take all nodes
  // out of service.
  bool ready() const;
  // "ok", "degraded" or "stopping".
  std::string_view status() const;
};

// The properties of the node that /healthz shows beside its health.
struct node_description {
  std::string node_id;
  std::string store_kind;  // "memory", "redis" or "bypass"
  std::string version;
  std::uint32_t window_seconds = 60;
};

// One for all workers of a node. Every worker answers probes itself, from atomics, so a probe waits for no
// other thread.
class health_handler {
 public:
  // `stopping` and what `stores` points to must outlive it.
  health_handler(node_description node, std::vector<const admission::store_health*> stores,
                 const std::atomic<bool>& stopping);

  // 200 "alive".
  void livez(http::response& response) const;
  // 200 "ready", or 503 with the reason.
  void readyz(http::response& response) const;
  // 200 with
  // {"status":...,"node_id":...,"store":{"kind":...,"state":...},"version":...,"window_seconds":...}.
  void healthz(http::response& response) const;

 private:
  health read() const;

  node_description node_;
  std::vector<const admission::store_health*> stores_;
  const std::atomic<bool>& stopping_;
};

}  // namespace weir::api
