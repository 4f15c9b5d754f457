// The properties of a node that stay the same for as long as it runs.
#pragma once

#include <cstdint>
#include <string>

namespace weir::node {

// Plain data. The startup log, the health probes and the metrics show it.
struct node_info {
  std::string node_id;
  std::string url;         // "http://127.0.0.1:8000"
  std::string store_kind;  // "memory", "redis" or "bypass"
  std::uint32_t window_seconds = 60;
  unsigned workers = 1;
  double start_unix_seconds = 0;
};

}  // namespace weir::node
