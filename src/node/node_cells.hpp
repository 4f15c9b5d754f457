// All that a node counts: the cells of its workers, and sums over them.
#pragma once

#include <memory>
#include <vector>

#include "gate/gate_cells.hpp"
#include "http/http_cells.hpp"
#include "store/store_cells.hpp"

namespace weir::node {

// Written by one worker, read by the control thread.
struct worker_cells {
  gate_cells gate;
  store_cells store;
  http::http_cells http;
};

struct node_cells {
  explicit node_cells(unsigned count) {
    for (unsigned i = 0; i < count; ++i) workers.push_back(std::make_unique<worker_cells>());
  }

  // The sum of `get(worker)` over the workers.
  template <class F>
  std::uint64_t sum(F&& get) const {
    std::uint64_t total = 0;
    for (const auto& w : workers) total += get(*w);
    return total;
  }

  std::vector<std::unique_ptr<worker_cells>> workers;  // apart from each other in memory
};

}  // namespace weir::node
