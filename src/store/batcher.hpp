// Gathers takes and settles into batches for one connection to Redis: a state machine without I/O.
//
//   enqueue_take ──▶ queue ──▶ next_bytes: a batch ──▶ in flight (2 at most) ──▶ on_reply ──▶ finished()
//   enqueue_settle ─▶ settle_queue ──┘
//
// While takes are in flight, new ones wait (unless they fill a batch); when the reply comes, all waiting ones
// are sent as the next batch. There is no timer: a take on an idle connection is sent at once, and batches
// grow as load grows. The second place in flight is for settles, so that a take never waits behind the
// settles of the batch before.
//
// Settles go before the takes of their window, so that no client of this node is rejected because of its own
// reservation. In light traffic a settle is sent at once, for the sake of the other nodes. Under load it
// waits for a take of its window, for 50 ms at most: the window is then read and written once for both.
//
// At most once: an operation that was sent and not answered is never sent again, unless an error reply proves
// that nothing ran. A take whose caller got "deadline" while it was in flight, and which the late reply
// admits, is refunded.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "redis/codec.hpp"
#include "store/batch.hpp"
#include "store/redis_clock.hpp"
#include "store/settle_queue.hpp"
#include "store/store.hpp"
#include "store/store_counters.hpp"
#include "store/take_pool.hpp"

namespace weir::store {

inline constexpr std::size_t max_queued_takes = 4096;  // about 50 ms of work; more would miss their deadlines
inline constexpr std::size_t max_queued_settles = 65536;  // at most 7 MiB; the oldest is dropped and counted
inline constexpr std::size_t max_batches_in_flight = 2;
inline constexpr std::size_t light_batch_operations = 4;  // the last batch was no larger: traffic is light
inline constexpr std::size_t max_aged_settles =
    batch::max_operations / 2;  // at most this many old settles go before the takes of a batch
inline constexpr std::chrono::milliseconds longest_wait{
    60'000};  // the deadline of a take is at most this far away
inline constexpr std::chrono::milliseconds settle_patience{50};
inline constexpr std::chrono::milliseconds settle_reply_deadline{1000};  // for a batch without takes
inline constexpr std::chrono::milliseconds reply_grace{
    1000};  // a reply later than its deadline plus this closes the connection

// One for each connection, used on its thread. Deadlines must come in order (there is one setting for all),
// since only the head of the queue is watched. The counters must outlive it.
class batcher {
 public:
  struct finished_take {
    take_id id;
    result<limit::decision, store_error> answer;
  };

  batcher(std::uint32_t window_seconds, store_counters& counters);

  // The connection is ready for batches. `server` is TIME as it was at about `now`.
  void on_ready(std::string_view script_sha, store_time server, steady_time now);
  // Operations in flight will never be answered. Takes fail with `why` at once until on_ready().
  void on_closed(store_error why, steady_time now);

  // The error is known at once. Otherwise the take ends in finished(), unless it is abandoned. The plan must
  // have one-second buckets and this window's length.
  result<take_id, store_error> enqueue_take(const limit::plan& asked, steady_time deadline, steady_time now);
  // The waiter has gone: nothing is charged, or the charge is refunded when the reply comes. False where the
  // take had ended before.
  bool abandon(take_id id);
  // Replaces the reservation by `used` in every window of the receipt. Never fails; dropped settles are
  // counted.
  void enqueue_settle(const limit::receipt& taken, const limit::amounts& used, steady_time now);
  // From now on settles do not wait for takes.
  void drain() { draining_ = true; }

  // Appends the commands that may be sent now.
  void next_bytes(std::string& out, steady_time now);
  // True where next_bytes() would send a take that arrives now.
  bool has_place() const { return ready_ && batches_in_flight() < max_batches_in_flight && takes_may_go(); }
  // An error means that the connection must be closed.
  result<void> on_reply(redis::reply_view r, steady_time now);
  // To be called about every 20 ms. An error means that the connection does not reply and must be closed.
  result<void> on_tick(steady_time now);

  // Takes that have ended; the caller empties the list.
  std::vector<finished_take>& finished() { return finished_; }
  bool settled() const { return settles_.empty() && flight_count_ == 0; }
  std::size_t queued_settles() const { return settles_.size(); }
  // The error reply to the last batch; empty where it ran.
  const std::string& trouble() const { return trouble_; }
  // The last window that was found to have a wrong type or length; empty where there was none since
  // take_bad_window().
  const std::string& bad_window() const { return bad_window_; }
  std::string take_bad_window() { return std::exchange(bad_window_, {}); }

 private:
  // The operations of one command that awaits its reply.
  struct flight {
    std::vector<std::uint32_t> operations;  // slots of takes; settle_mark stands for the next settle
    std::vector<settlement> settles;
    steady_time sent, deadline;
    bool is_script = false;  // SCRIPT LOAD instead of a batch
    bool has_takes = false;
  };
  static constexpr std::uint32_t settle_mark = take_pool::none;

  flight& next_flight() { return flights_[(first_flight_ + flight_count_) % flights_.size()]; }
  flight& oldest() { return flights_[first_flight_]; }
  bool takes_may_go() const {
    return flights_with_takes_ == 0 || script_under_way_ || takes_.queued() >= batch::max_operations;
  }
  std::size_t batches_in_flight() const { return flight_count_ - (script_under_way_ ? 1 : 0); }
  void begin_flight(steady_time now);
  void drop_oldest();

  void fill(flight& to, steady_time now);
  void fill_aged(flight& to, steady_time now, std::size_t most);
  void fill_takes(flight& to);
  void fill_settles(flight& to);
  bool add_settles_of(const limit::plan& asked, flight& to);
  bool add_settle(const settlement& s, flight& to);
  void send_script(std::string& out, steady_time now);

  void finish(std::uint32_t slot, const result<limit::decision, store_error>& answer, steady_time now);
  void expire_queued(steady_time now);
  void expire_in_flight(steady_time now);

  result<void> read_batch(std::string_view packed, steady_time now);
  void send_again();
  void read_take(take_status status, const limit::decision& v, std::uint32_t slot, steady_time now);
  void note_bad_window(const limit::plan& asked);
  void give_back(const limit::plan& asked, const limit::decision& v, steady_time now);
  result<void> on_error(std::string_view text, steady_time now);
  void requeue_takes(steady_time now);
  void refuse_takes(steady_time now);
  void requeue_settles(steady_time now);
  void lose(std::size_t first_operation, store_error why, steady_time now);
  void add_waiting(const settlement& s, steady_time now);
  void show_queues();

  std::uint32_t window_seconds_;
  store_counters& counters_;
  take_pool takes_;
  settle_queue settles_{max_queued_settles};
  batch batch_;                                            // the batch that is being filled
  std::array<flight, max_batches_in_flight + 1> flights_;  // a ring, with one more place for SCRIPT LOAD
  std::size_t first_flight_ = 0, flight_count_ = 0, flights_with_takes_ = 0;
  std::vector<finished_take> finished_;
  std::vector<std::uint32_t> again_;  // slots of takes that were not run, by the reply that is being read
  std::string script_sha_, trouble_, bad_window_;
  redis_clock clock_;
  store_error down_because_ = store_error::disconnected;
  steady_time retry_settles_at_{};
  std::size_t last_batch_operations_ = 0;
  bool ready_ = false, draining_ = false, script_missing_ = false, script_under_way_ = false;
};

}  // namespace weir::store
