// The counters of all workers of a node.
#pragma once

#include <memory>
#include <vector>

#include "admission/admission_counters.hpp"
#include "api/api_counters.hpp"
#include "http/http_counters.hpp"
#include "store/store_counters.hpp"

namespace weir::node {

// Written by one worker, read by the control thread.
struct worker_counters {
  api::api_counters api;
  admission::admission_counters admission;
  store::store_counters store;
  http::http_counters http;
};

struct node_counters {
  explicit node_counters(unsigned count) {
    for (unsigned i = 0; i < count; ++i) workers.push_back(std::make_unique<worker_counters>());
  }

  // Pointers to one kind of counters of every worker: each(&worker_counters::api).
  template <class Counters>
  std::vector<const Counters*> each(Counters worker_counters::* which) const {
    std::vector<const Counters*> all;
    for (const auto& w : workers) all.push_back(&((*w).*which));
    return all;
  }
  std::vector<const store::store_health*> store_healths() const {
    std::vector<const store::store_health*> all;
    for (const auto& w : workers) all.push_back(&w->store.health);
    return all;
  }

  std::vector<std::unique_ptr<worker_counters>>
      workers;  // each allocated apart, so that workers share no cache line
};

}  // namespace weir::node
