#include "store/redis_session.hpp"

#include <utility>

namespace weir::store {
namespace {

constexpr std::string_view meta_key = "weir:meta";

std::string meta_value(const redis_session::options& o) {
  return "layout=1 window=" + std::to_string(o.window_seconds) + " secret=" + o.secret_fingerprint;
}

}  // namespace

redis_session::redis_session(options o, store_counters& counters, event_log& log)
    : options_(std::move(o)),
      counters_(counters),
      log_(log),
      handshake_options_{options_.where.user,   options_.where.password, options_.where.database,
                         std::string(meta_key), meta_value(options_),    window_script()},
      batches_(options_.window_seconds, counters),
      worker_{"worker", std::to_string(options_.worker)},
      address_{"address", options_.where.describe()} {}

void redis_session::on_open(steady_time now) {
  opened_at_ = now;
  handshake_bytes_.clear();
  handshake_.emplace(handshake_options_);
  handshake_->begin(handshake_bytes_);
}

void redis_session::next_bytes(std::string& out, steady_time now) {
  if (ready_) return batches_.next_bytes(out, now);
  out += handshake_bytes_;
  handshake_bytes_.clear();
}

result<void> redis_session::on_reply(redis::reply_view r, steady_time now) {
  if (!ready_) return on_handshake_reply(r, now);
  const auto heard = batches_.on_reply(r, now);
  tell_trouble(now);
  if (!batches_.bad_window().empty()) tell_bad_window(now);
  return heard;
}

result<void> redis_session::on_handshake_reply(redis::reply_view r, steady_time now) {
  switch (handshake_->on_reply(r, handshake_bytes_)) {
    case redis::handshake_state::talking: return {};
    case redis::handshake_state::ready: become_ready(now); return {};
    case redis::handshake_state::mismatch:
    case redis::handshake_state::refused: break;
  }
  return error{handshake_->problem()};
}

void redis_session::become_ready(steady_time now) {
  const auto& server = handshake_->server();
  ready_ = true;
  batches_.on_ready(server.script_sha, server.now, now);
  const bool first = !counters_.health.reached_once.exchange(true, std::memory_order_relaxed);
  const bool restarted = !first && server.run_id != run_id_;
  run_id_ = server.run_id;
  counters_.connections.set(1);
  if (!first) counters_.reconnects.add();
  counters_.health.state.store(store_state::up, std::memory_order_relaxed);
  told_ = problem::none;
  log_.write(severity::info, first ? "redis is reachable" : "redis is reachable again",
             {worker_,
              address_,
              {"version", server.version},
              {"restarted", restarted ? "yes: data that it had not saved is lost" : "no"}});
  warn_of_eviction(server.maxmemory_policy);
}

// A window that is evicted admits its limit again. Every policy that evicts keys with a TTL evicts exactly
// the windows.
void redis_session::warn_of_eviction(const std::string& policy) {
  if (policy == policy_) return;
  policy_ = policy;
  if (policy == "noeviction") return;
  log_.write(severity::warning, "redis may evict windows when its memory is full, so limits may be exceeded",
             {worker_, {"maxmemory_policy", policy}, {"set", "maxmemory-policy noeviction"}});
}

redis_session::problem redis_session::present_problem() const {
  if (!handshake_ || ready_) return problem::unreachable;
  if (handshake_->state() == redis::handshake_state::mismatch) return problem::mismatch;
  return handshake_->state() == redis::handshake_state::refused ? problem::refused : problem::unreachable;
}

void redis_session::on_down(const std::string& why, steady_time now) {
  const problem p = present_problem();
  const bool mismatch = p == problem::mismatch;
  ready_ = false;
  handshake_.reset();
  batches_.on_closed(mismatch ? store_error::mismatch : store_error::disconnected, now);
  counters_.connections.set(0);
  const bool reached = counters_.health.reached_once.load(std::memory_order_relaxed);
  const store_state away = reached ? store_state::down : store_state::connecting;
  counters_.health.state.store(mismatch ? store_state::mismatch : away, std::memory_order_relaxed);
  if (p != told_ && !stopping_) tell(p, why);
}

void redis_session::tell(problem p, const std::string& why) {
  told_ = p;
  const std::string_view event = p == problem::mismatch
                                     ? "redis is used by nodes with other settings: this node does not serve"
                                 : p == problem::refused ? "redis rejects the handshake of this node"
                                                         : "redis is unreachable";
  log_.write(severity::error, event, {worker_, address_, {"reason", why}});
}

// Error replies may come and go (out of memory); the trouble counts as over after a second without one.
void redis_session::tell_trouble(steady_time now) {
  const std::string& trouble = batches_.trouble();
  if (!trouble.empty()) trouble_at_ = now;
  if (trouble == told_trouble_ || (trouble.empty() && now < trouble_at_ + std::chrono::seconds(1))) return;
  told_trouble_ = trouble;
  if (trouble.empty())
    log_.write(severity::info, "redis accepts batches again", {worker_, address_});
  else
    log_.write(severity::warning, "redis rejects batches", {worker_, address_, {"reply", trouble}});
}

// The key gets 503 until an operator deletes the window, so one line a minute is logged.
void redis_session::tell_bad_window(steady_time now) {
  const std::string name = batches_.take_bad_window();
  if (now < next_bad_window_at_) return;
  next_bad_window_at_ = now + std::chrono::minutes(1);
  log_.write(severity::error,
             "a window in redis has a wrong type or length: its key gets 503 until the window is deleted",
             {worker_, address_, {"window", name}});
}

result<void> redis_session::on_tick(steady_time now) {
  if (handshake_ && !ready_ && now >= opened_at_ + handshake_deadline) return error{"Redis does not reply"};
  tell_trouble(now);
  return batches_.on_tick(now);
}

}  // namespace weir::store
