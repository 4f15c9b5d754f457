#include "node/store_factory.hpp"

#include <chrono>
#include <random>
#include <utility>

#include "policy/key_ids.hpp"
#include "store/bypass_store.hpp"
#include "store/memory_store.hpp"
#include "store/redis_store.hpp"

namespace weir::node {
namespace {

// The clock of the embedded store: the time of day at the start, advanced by the steady clock, so that
// setting the system's clock moves no window.
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

// A store that needs no start and no stop.
template <class Store>
class plain_store final : public store_instance {
 public:
  template <class... Parts>
  explicit plain_store(Parts&&... parts) : store_(std::forward<Parts>(parts)...) {}
  store::store& get() override { return store_; }

 private:
  Store store_;
};

class shared_store final : public store_instance {
 public:
  shared_store(asio::io_context& loop, store::redis_store_options options, store::store_counters& counters,
               event_log& log)
      : store_(loop, std::move(options), counters, log) {}
  store::store& get() override { return store_; }
  void start() override { store_.start(); }
  awaitable<void> stop(steady_time until) override { return store_.stop(until); }

 private:
  store::redis_store store_;
};

store_factory redis_factory(store::redis_store_options options, event_log& log) {
  return {"redis",
          [options, &log](asio::io_context& loop,
                          store::store_counters& counters) mutable -> std::unique_ptr<store_instance> {
            store::redis_store_options mine = options;
            ++options.worker;
            mine.backoff_seed = std::random_device()();
            return std::make_unique<shared_store>(loop, std::move(mine), counters, log);
          }};
}

}  // namespace

awaitable<void> store_instance::stop(steady_time) { co_return; }

result<store_factory> make_store_factory(const config::settings& settings, event_log& log) {
  const steady_store_clock now;
  if (settings.bypass_limiter) {
    return store_factory{
        "bypass",
        [now](asio::io_context&, store::store_counters& counters) -> std::unique_ptr<store_instance> {
          return std::make_unique<plain_store<store::bypass_store>>(counters, now);
        }};
  }
  if (!settings.redis_url.empty()) {
    const auto where = redis::parse_url(settings.redis_url);
    if (!where) return where.error();
    return redis_factory(
        {*where, settings.window_seconds, policy::secret_fingerprint(settings.key_id_secret), 0}, log);
  }
  auto windows = std::make_shared<store::memory_windows>(settings.window_seconds);
  return store_factory{
      "memory",
      [now, windows](asio::io_context&, store::store_counters& counters) -> std::unique_ptr<store_instance> {
        return std::make_unique<plain_store<store::memory_store>>(*windows, counters, now);
      }};
}

}  // namespace weir::node
