// One event loop of the load generator: a thread with connections of its own, which keeps requests in flight
// and logs the responses.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "http/client_pool.hpp"
#include "load/audit_queue.hpp"
#include "load/options.hpp"
#include "load/pacer.hpp"
#include "load/payloads.hpp"
#include "load/progress.hpp"
#include "load/tally.hpp"
#include "openai/response_fields.hpp"

namespace weir::load {

// The state that all loops share. It does not change while they run, and must outlive them.
struct run_context {
  const load::options& options;
  const load::payloads& payloads;
  const std::vector<http::tcp::endpoint>& peers;  // of options.nodes, in their order
  steady_time start;                              // of the schedule
};

// Call run() on the thread of the loop; stop(), counters(), log() and ended() are thread-safe.
class event_loop {
 public:
  event_loop(const run_context& run, std::uint32_t index);
  ~event_loop();

  // Sends until the duration is over or stop() is called, then waits for the requests in flight, for the
  // timeout at most.
  void run();
  // Starts no further request.
  void stop();

  const live_counters& counters() const { return counters_; }
  audit_queue& log() { return audit_queue_; }
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // Valid once ended() is true.
  const tally& counted() const { return tally_; }
  double busy() const { return busy_; }  // CPU seconds a second of the run

 private:
  // Sends one request after the other. There are as many slots as requests in flight.
  struct slot;
  struct request {
    std::uint32_t node, key, prompt;
    std::int64_t intended_ns;  // its intended start, from which its latency counts
    std::int64_t sent_ns;      // before its first byte
    std::int64_t received_ns;  // after the last byte of the response
  };
  class publisher;

  awaitable<void> run_slot(slot& s);
  std::optional<std::int64_t> next_start_ns(const slot& s, std::int64_t at_ns);
  awaitable<void> wait_until(slot& s, std::int64_t at_ns);
  request next_request(const slot& s, std::int64_t intended_ns, std::int64_t at_ns);
  awaitable<void> send(slot& s, request& r);
  void count_start(const request& r);

  void on_response(slot& s, const request& r, const http::client_response& response);
  void on_admitted(const request& r, const http::client_response& response);
  void on_throttled(slot& s, const request& r, const http::client_response& response);
  void on_failure(slot& s, const request& r, const http::client_error& why);
  void log_limits(const request& r, std::string_view header);
  void publish(std::int64_t complete_to_ns);
  void finish_slot();

  // Nanoseconds of the steady clock since the start of the run.
  std::int64_t now_ns() const;
  steady_time time_of(std::int64_t ns) const { return run_.start + std::chrono::nanoseconds(ns); }

  const run_context& run_;
  asio::io_context io_{1};
  http::deadline_ticker ticker_;
  http::client_pool pool_;
  std::unique_ptr<publisher> publisher_;
  std::vector<std::unique_ptr<slot>> slots_;
  std::size_t running_slots_ = 0;

  random_source random_;
  std::optional<pacer> pacer_;
  std::uint64_t tickets_ = 0;  // starts of the open loop that slots have taken
  std::int64_t end_ns_;
  bool stopping_ = false;

  openai::usage_reader usage_;
  // The last RateLimit-Policy of each node and key; it is parsed when it changes.
  std::vector<std::optional<std::string>> last_policies_;
  audit_batch batch_;
  audit_queue audit_queue_;
  tally tally_;
  live_counters counters_;
  double busy_ = 0;
  std::atomic<bool> ended_{false};
};

}  // namespace weir::load
