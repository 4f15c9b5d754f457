#include "node/worker_store.hpp"

#include <chrono>
#include <random>
#include <utility>

#include "gate/key_identity.hpp"
#include "store/bypass_store.hpp"
#include "store/memory_store.hpp"
#include "store/redis_store.hpp"

namespace weir::node {
namespace {

// The clock of the embedded store: the time of day at the start, and from there the steady clock, so that
// nobody who sets the clock moves a window.
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

class shared_store final : public worker_store {
 public:
  shared_store(asio::io_context& loop, redis_store_options options, store_cells& cells, event_log& log)
      : store_(loop, std::move(options), cells, log) {}
  weir::store& store() override { return store_; }
  void start() override { store_.start(); }
  awaitable<void> stop(steady_time until) override { return store_.stop(until); }

 private:
  redis_store store_;
};

store_plan plan_redis(redis_store_options options, event_log& log) {
  return {
      "redis",
      [options, &log](asio::io_context& loop, store_cells& cells) mutable -> std::unique_ptr<worker_store> {
        redis_store_options mine = options;
        ++options.worker;
        mine.backoff_seed = std::random_device()();
        return std::make_unique<shared_store>(loop, std::move(mine), cells, log);
      }};
}

}  // namespace

awaitable<void> worker_store::stop(steady_time) { co_return; }

result<store_plan> plan_store(const config::settings& settings, event_log& log) {
  const steady_store_clock now;
  if (settings.bypass_limiter) {
    return store_plan{"bypass",
                      [now](asio::io_context&, store_cells& cells) -> std::unique_ptr<worker_store> {
                        return std::make_unique<plain_store<bypass_store>>(cells, now);
                      }};
  }
  if (!settings.redis_url.empty()) {
    const auto where = redis::parse_url(settings.redis_url);
    if (!where) return where.error();
    return plan_redis({*where, settings.window_seconds, secret_fingerprint(settings.key_id_secret), 0}, log);
  }
  auto windows = std::make_shared<memory_windows>(settings.window_seconds);
  return store_plan{"memory",
                    [now, windows](asio::io_context&, store_cells& cells) -> std::unique_ptr<worker_store> {
                      return std::make_unique<plain_store<memory_store>>(*windows, cells, now);
                    }};
}

}  // namespace weir::node
