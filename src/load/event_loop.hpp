// One event loop of a load: a thread with its own connections, which keeps its requests in flight and logs
// what comes back.
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
#include "load/connection_pool.hpp"
#include "load/mailbox.hpp"
#include "load/options.hpp"
#include "load/pacer.hpp"
#include "load/payloads.hpp"
#include "load/progress.hpp"
#include "load/reading.hpp"
#include "load/tally.hpp"

namespace weir::load {

// What all loops share. Nothing of it changes while they run; it outlives them.
struct plan {
  const load::options& options;
  const load::payloads& payloads;
  const std::vector<http::tcp::endpoint>& peers;  // of options.nodes, in their order
  steady_time start;                              // of the schedule
};

// run() on its own thread; stop(), cells() and log() from any.
class event_loop {
 public:
  event_loop(const plan& p, std::uint32_t index);
  ~event_loop();

  // Sends until the duration is over or stop() was called, then waits for what is in flight (at most the
  // timeout).
  void run();
  // Starts no further request.
  void stop();

  const live_cells& cells() const { return cells_; }
  mailbox& log() { return mailbox_; }
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // After ended().
  const tally& counted() const { return tally_; }
  double busy() const { return busy_; }  // CPU seconds a second

 private:
  // One request after the other; as many slots as requests in flight.
  struct slot;
  struct request {
    std::uint32_t node, key, prompt;
    std::int64_t meant_ns;     // when it was to start: its latency counts from there
    std::int64_t sent_ns;      // before its first byte
    std::int64_t received_ns;  // after the answer's last
  };
  class publisher;

  awaitable<void> drive(slot& s);
  std::optional<std::int64_t> next_start_ns(const slot& s, std::int64_t at_ns);
  awaitable<void> wait_until(slot& s, std::int64_t at_ns);
  request choose(const slot& s, std::int64_t meant_ns, std::int64_t at_ns);
  awaitable<void> perform(slot& s, request& r);
  void count_start(const request& r);

  void on_answer(slot& s, const request& r, const http::response& answer);
  void on_admitted(const request& r, const http::response& answer);
  void on_throttled(slot& s, const request& r, const http::response& answer);
  void on_failure(slot& s, const request& r, const http::client_failure& why);
  void name_limits(const request& r, std::string_view header);
  void publish(std::int64_t complete_to_ns);
  void finish_slot();

  // Nanoseconds of the steady clock since the plan's start.
  std::int64_t now_ns() const;
  steady_time time_of(std::int64_t ns) const { return plan_.start + std::chrono::nanoseconds(ns); }

  const plan& plan_;
  asio::io_context io_{1};
  http::ticker ticker_;
  connection_pool pool_;
  std::unique_ptr<publisher> publisher_;
  std::vector<std::unique_ptr<slot>> slots_;
  std::size_t running_slots_ = 0;

  random_source random_;
  std::optional<pacer> pacer_;
  std::uint64_t tickets_ = 0;  // starts of the open loop given out
  std::int64_t end_ns_;
  bool stopping_ = false;

  usage_reader usage_;
  std::vector<std::optional<std::string>>
      policies_;  // the last RateLimit-Policy of a node and key: read when it changes
  audit_batch batch_;
  mailbox mailbox_;
  tally tally_;
  live_cells cells_;
  double busy_ = 0;
  std::atomic<bool> ended_{false};
};

}  // namespace weir::load
