#include "load/event_loop.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <charconv>
#include <chrono>

namespace weir::load {
namespace {

using std::chrono::nanoseconds;

// A timeout is noticed at most this late, and the log is published this often.
constexpr std::chrono::milliseconds tick{50};
// The pause after a failed connection, so that a dead node does not use a core.
constexpr std::int64_t unreachable_pause_ns = 50'000'000;
constexpr std::int64_t longest_ns = 1'000'000'000'000'000'000;  // keeps sums of times within range

double thread_cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::uint32_t read_second(std::string_view text) {
  std::uint32_t second = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), second);
  return r.ec == std::errc() ? second : 0;
}

}  // namespace

struct event_loop::slot {
  explicit slot(asio::io_context& io) : timer(io) {}
  http::deadline_ticker::timer timer;
  std::int64_t not_before_ns = 0;    // the end of the wait after a 429 or a failed connection
  std::optional<std::uint32_t> key;  // the key to try again after a 429 (--honor-retry-after)
};

// Publishes the log at every tick, even where nothing was admitted, because the audit waits for the slowest
// loop.
class event_loop::publisher final : private http::has_deadline {
 public:
  publisher(event_loop& loop, http::deadline_ticker& by) : has_deadline(by), loop_(loop) {
    set_deadline_at({});
  }

 private:
  void on_deadline() override {
    loop_.publish(loop_.now_ns());
    set_deadline_at({});
  }
  event_loop& loop_;
};

event_loop::event_loop(const run_context& run, std::uint32_t index)
    : run_(run),
      ticker_(io_, tick),
      pool_(io_, ticker_, run.peers, run.options.connections_per_loop()),
      publisher_(std::make_unique<publisher>(*this, ticker_)),
      random_(run.options.seed * 1'000'003 + index),
      end_ns_(static_cast<std::int64_t>(run.options.duration_s * 1e9)),
      last_policies_(run.options.nodes.size() * run.options.keys.size()),
      tally_(run.options.nodes.size(), run.options.keys.size()) {
  if (run.options.rate > 0) pacer_.emplace(run.options.rate, run.options.processes, index);
}

event_loop::~event_loop() = default;

std::int64_t event_loop::now_ns() const {
  return nanoseconds(std::chrono::steady_clock::now() - run_.start).count();
}

void event_loop::run() {
  const std::int64_t began_ns = now_ns();
  ticker_.start();
  running_slots_ = run_.options.concurrency;
  for (std::uint32_t i = 0; i < run_.options.concurrency; ++i) {
    slots_.push_back(std::make_unique<slot>(io_));
    asio::co_spawn(io_.get_executor(), run_slot(*slots_.back()), asio::detached);
  }
  io_.run();  // returns when the last slot has stopped the ticker
  publish(audit_feed::finished);
  busy_ = thread_cpu_seconds() / std::max(1e-3, static_cast<double>(now_ns() - began_ns) / 1e9);
  ended_.store(true, std::memory_order_release);
}

void event_loop::stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    for (auto& s : slots_) s->timer.cancel();
  });
}

// --- a slot

awaitable<void> event_loop::run_slot(slot& s) {
  std::int64_t at_ns = now_ns();
  while (const auto start_ns = next_start_ns(s, at_ns)) {
    if (*start_ns > at_ns) {
      co_await wait_until(s, *start_ns);
      at_ns = now_ns();
    }
    if (stopping_) break;
    request r = next_request(s, pacer_ ? *start_ns : at_ns, at_ns);
    co_await send(s, r);
    at_ns = r.received_ns;
  }
  finish_slot();
}

// Returns the start of the next request of this slot; no value where there is none.
std::optional<std::int64_t> event_loop::next_start_ns(const slot& s, std::int64_t at_ns) {
  if (stopping_ || at_ns >= end_ns_) return std::nullopt;
  const std::int64_t start_ns =
      pacer_ ? std::max(pacer_->due_ns(tickets_++), s.not_before_ns) : s.not_before_ns;
  if (start_ns >= end_ns_) return std::nullopt;
  return start_ns;
}

// Returns early when the loop is stopped.
awaitable<void> event_loop::wait_until(slot& s, std::int64_t at_ns) {
  boost::system::error_code cancelled;
  s.timer.expires_at(time_of(at_ns));
  co_await s.timer.async_wait(asio::redirect_error(use_awaitable, cancelled));
}

event_loop::request event_loop::next_request(const slot& s, std::int64_t intended_ns, std::int64_t at_ns) {
  const auto nodes = static_cast<std::uint32_t>(run_.options.nodes.size());
  const auto keys = static_cast<std::uint32_t>(run_.options.keys.size());
  const std::uint32_t node = random_.below(nodes);
  const std::uint32_t key = s.key ? *s.key : random_.below(keys);
  return {.node = node,
          .key = key,
          .prompt = random_.below(run_.payloads.prompts()),
          .intended_ns = intended_ns,
          .sent_ns = at_ns,
          .received_ns = 0};
}

awaitable<void> event_loop::send(slot& s, request& r) {
  s.key.reset();
  http::client_pool::connection c = pool_.take(r.node);
  count_start(r);
  const steady_time deadline = time_of(r.sent_ns + std::int64_t{run_.options.timeout_ms} * 1'000'000);
  const auto response =
      co_await c->exchange(run_.payloads.head(r.node, r.key), run_.payloads.tail(r.prompt), deadline);
  r.received_ns = now_ns();
  if (response) {
    on_response(s, r, **response);
  } else {
    on_failure(s, r, response.error());
  }
  pool_.give_back(r.node, std::move(c));
}

void event_loop::count_start(const request& r) {
  ++tally_.started;
  if (pacer_ && r.sent_ns - r.intended_ns > pacer::late_ns) ++tally_.late_starts;
}

void event_loop::finish_slot() {
  if (--running_slots_ > 0) return;
  ticker_.stop();
  if (!pacer_) return;
  const std::uint64_t planned = pacer_->starts_before(std::min(now_ns(), end_ns_));
  tally_.never_started = planned - std::min(planned, tally_.started);
}

// --- responses

void event_loop::on_response(slot& s, const request& r, const http::client_response& response) {
  node_tally& node = tally_.nodes[r.node];
  counts& key = tally_.keys[r.key];
  ++node.totals.sent, ++node.totals.responses, ++key.sent, ++key.responses;
  node.latency_ns.record(r.received_ns - r.intended_ns);
  counters_.responses.add();
  if (response.status == 200) {
    on_admitted(r, response);
  } else if (response.status == 429) {
    on_throttled(s, r, response);
  } else {
    if (response.status == 401) ++key.unknown_key;
    node.count_status(response.status);
    counters_.failed.add();
  }
}

void event_loop::on_admitted(const request& r, const http::client_response& response) {
  ++tally_.nodes[r.node].totals.admitted, ++tally_.keys[r.key].admitted;
  counters_.admitted.add();
  log_limits(r, response.field("RateLimit-Policy"));
  const auto used = usage_.read(response.body);
  if (!used) {
    ++tally_.nodes[r.node].failures[static_cast<std::size_t>(failure::unreadable)];
    counters_.failed.add();
  }
  batch_.admissions.push_back({.node = r.node,
                               .key = r.key,
                               .sent_ns = r.sent_ns,
                               .received_ns = r.received_ns,
                               .used = used.value_or(limit::amounts{.requests = 1}),
                               .second = read_second(response.field("weir-admitted-second"))});
}

void event_loop::on_throttled(slot& s, const request& r, const http::client_response& response) {
  log_limits(r, response.field("RateLimit-Policy"));
  if (const auto which = openai::read_throttled(response.body)) {
    ++tally_.nodes[r.node].totals.throttled[static_cast<std::size_t>(*which)];
    ++tally_.keys[r.key].throttled[static_cast<std::size_t>(*which)];
    counters_.throttled.add();
  } else {
    tally_.nodes[r.node].count_status(response.status);
    counters_.failed.add();
  }
  if (!run_.options.honor_retry_after) return;
  const std::uint64_t wait_ms =
      openai::read_retry_ms(response.field("retry-after-ms"), response.field("retry-after"));
  if (wait_ms == 0) return;  // the request can never fit, so another key is next
  const auto wait_ns =
      static_cast<std::int64_t>(std::min<std::uint64_t>(wait_ms, longest_ns / 1'000'000)) * 1'000'000;
  s.not_before_ns = r.received_ns + wait_ns;
  s.key = r.key;
}

void event_loop::on_failure(slot& s, const request& r, const http::client_error& why) {
  const bool not_sent = why.what == http::client_error::outcome::not_sent;
  const failure kind = not_sent ? failure::not_sent : why.timed_out ? failure::timeout : failure::closed;
  node_tally& node = tally_.nodes[r.node];
  ++node.failures[static_cast<std::size_t>(kind)];
  counters_.failed.add();
  if (not_sent) {
    s.not_before_ns = r.received_ns + unreachable_pause_ns;
  } else {
    ++node.totals.sent, ++tally_.keys[r.key].sent;
  }
}

// --- the log

void event_loop::log_limits(const request& r, std::string_view header) {
  auto& last = last_policies_[r.node * run_.options.keys.size() + r.key];
  if (last && *last == header) return;
  last = header;
  batch_.seen.push_back({.node = r.node, .key = r.key, .policy = read_policy_header(header)});
}

void event_loop::publish(std::int64_t complete_to_ns) {
  batch_.complete_to_ns = complete_to_ns;
  audit_queue_.put(batch_);
}

}  // namespace weir::load
