// Makes each worker's store, whichever kind the settings choose.
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
#include "store/store_counters.hpp"

namespace weir::node {

// A worker's store with its start and its stop. It lives on its worker's loop, from start() to the return of
// stop().
class store_instance {
 public:
  virtual ~store_instance() = default;
  virtual store::store& get() = 0;
  virtual void start() {}
  // Delivers the queued settles, until `until` at the latest, and ends.
  virtual awaitable<void> stop(steady_time until);
};

// The kind of the stores, and the function that makes one for each worker.
struct store_factory {
  std::string kind;  // "memory", "redis" or "bypass"
  std::function<std::unique_ptr<store_instance>(asio::io_context& loop, store::store_counters& counters)>
      make;
};

// Chooses by the settings. `log` must outlive the stores. The error says what is wrong with REDIS_URL.
result<store_factory> make_store_factory(const config::settings& settings, event_log& log);

}  // namespace weir::node
