#include "node/worker_store.hpp"

#include <chrono>
#include <utility>

#include "gate/key_identity.hpp"
#include "store/bypass_store.hpp"
#include "store/memory_store.hpp"

namespace weir::node {
namespace {

// The clock of the embedded store: the time of day at the start, and from there the steady clock, so that nobody who sets
// the clock moves a window.
class steady_store_clock {
 public:
  store_time operator()() const { return {began_.us + to_us(std::chrono::steady_clock::now() - steady_)}; }

 private:
  template <class Duration>
  static std::int64_t to_us(Duration d) {
    return std::chrono::duration_cast<microseconds>(d).count();
  }

  store_time began_{to_us(std::chrono::system_clock::now().time_since_epoch())};
  steady_time steady_ = std::chrono::steady_clock::now();
};

// A store that begins and ends with its object.
template <class Store>
class plain_store final : public worker_store {
 public:
  template <class... Parts>
  explicit plain_store(Parts&&... parts) : store_(std::forward<Parts>(parts)...) {}
  weir::store& store() override { return store_; }

 private:
  Store store_;
};

}  // namespace

awaitable<void> worker_store::stop(steady_time) { co_return; }

result<store_plan> plan_store(const config::settings& settings, event_log& log) {
  const steady_store_clock now;
  if (settings.bypass_limiter) {
    return store_plan{"bypass", [now](asio::io_context&, store_cells& cells) -> std::unique_ptr<worker_store> {
                        return std::make_unique<plain_store<bypass_store>>(cells, now);
                      }};
  }
  (void)log;
  auto windows = std::make_shared<memory_windows>(settings.window_seconds);
  return store_plan{"memory", [now, windows](asio::io_context&, store_cells& cells) -> std::unique_ptr<worker_store> {
                      return std::make_unique<plain_store<memory_store>>(*windows, cells, now);
                    }};
}

}  // namespace weir::node
