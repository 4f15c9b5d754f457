// What is true of a node for as long as it runs, as health, metrics and the start line tell it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::node {

struct node_facts {
  std::string node_id;
  std::string url;         // "http://127.0.0.1:8000"
  std::string store_kind;  // "memory", "redis" or "bypass"
  std::uint32_t window_seconds = 60;
  unsigned workers = 1;
  std::size_t keys = 0;
  double started_seconds = 0;  // unix time
};

}  // namespace weir::node
