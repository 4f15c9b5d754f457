// A worker's store with its beginning and its end, whichever kind it is.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/awaitable.hpp"
#include "base/event_log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"
#include "store/store_cells.hpp"

namespace weir::node {

// Lives on its worker's loop, between start and the return of stop.
class worker_store {
 public:
  virtual ~worker_store() = default;
  virtual weir::store& store() = 0;
  virtual void start() {}
  // Delivers the settles that wait, until `until` at the latest, and ends.
  virtual awaitable<void> stop(steady_time until);
};

// Where the windows of this node live, and how each worker gets its part.
struct store_plan {
  std::string kind;  // "memory", "redis" or "bypass"
  std::function<std::unique_ptr<worker_store>(asio::io_context& loop, store_cells& cells)> make;
};

// By the settings. `log` outlives what is made. Error: what is wrong with the store's URL.
result<store_plan> plan_store(const config::settings& settings, event_log& log);

}  // namespace weir::node
