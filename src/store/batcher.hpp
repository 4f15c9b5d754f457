// Gathers takes and settles into batches for one connection to Redis: a state machine without I/O.
//
//   enqueue_take ──▶ queue ──▶ next_bytes: a batch ──▶ in flight (2 at most) ──▶ on_reply ──▶ finished()
//   enqueue_settle ─▶ settle_queue ──┘  (rides along)
//
// While takes are in flight, what arrives waits (unless it fills a batch); when the reply comes, all that
// waits goes as the next. No timer takes part: an idle take leaves at once, and batches grow by themselves as
// load grows. The second place in flight is for settles, so that a take never waits behind its predecessor's.
//
// Settles go before the takes of their window, so that no client of this node is refused because of its own
// reservation. In light traffic a settle leaves at once, for the other nodes' sake; under load it waits for a
// take of its window (the window is then read and written once for both), 50 ms at most.
//
// At most once: what was sent and not answered is never sent again, unless an error reply proves that nothing
// ran. A take whose caller was told "deadline" while it was in flight, and which the late reply admits, is
// given back whole.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
#include "store/store_cells.hpp"
#include "store/take_pool.hpp"

namespace weir {

inline constexpr std::size_t max_queued_takes =
    4096;  // some 50 ms of work; more could not be answered in time
inline constexpr std::size_t max_queued_settles = 65536;  // at most 7 MiB; the oldest is dropped and counted
inline constexpr std::size_t max_batches_in_flight = 2;
inline constexpr std::size_t light_batch_operations = 4;  // the last batch was no larger: traffic is light
inline constexpr std::size_t max_aged_settles =
    batch::max_operations / 2;  // ahead of a batch's takes: as many as these
inline constexpr std::chrono::milliseconds longest_wait{60'000};  // a take's deadline is never further away
inline constexpr std::chrono::milliseconds settle_patience{50};
inline constexpr std::chrono::milliseconds settle_reply_deadline{1000};  // of a batch without takes
inline constexpr std::chrono::milliseconds reply_grace{
    1000};  // beyond its deadline, then the connection is closed

// One per connection, used on its thread. Deadlines are to come in order (one setting for all): only the
// queue's head is watched. Its cells must outlive it.
class batcher {
 public:
  struct finished_take {
    take_id id;
    result<verdict, outage> answer;
  };

  batcher(std::uint32_t window_seconds, store_cells& cells);

  // The connection is ready for batches. `server` is TIME as it was at about `now`.
  void on_ready(std::string_view script_sha, store_time server, steady_time now);
  // What was in flight stays unanswered for ever; takes fail with `why` at once until on_ready.
  void on_closed(outage why, steady_time now);

  // Error: refused at once. Otherwise it ends in finished(), unless it is abandoned.
  result<take_id, outage> enqueue_take(const charge& asked, steady_time deadline, steady_time now);
  // Its waiter has gone: nothing is charged, or the charge is given back when the reply comes. False: it had
  // ended before.
  bool abandon(take_id id);
  // Puts `used` in the reservation's place, in every window of the receipt. Never fails; what is dropped is
  // counted.
  void enqueue_settle(const receipt& taken, const amounts& used, steady_time now);
  // From now on settles do not wait for company.
  void drain() { draining_ = true; }

  // Appends the commands that may go out now.
  void next_bytes(std::string& out, steady_time now);
  // Whether next_bytes would send a take that comes now.
  bool has_place() const { return ready_ && batches_in_flight() < max_batches_in_flight && takes_may_go(); }
  // An error: nothing more may be expected of this connection; close it.
  result<void> on_reply(redis::reply_view r, steady_time now);
  // To be called every 20 ms or so. An error: the connection does not answer; close it.
  result<void> on_tick(steady_time now);

  // Takes that came to an end; the caller empties it.
  std::vector<finished_take>& finished() { return finished_; }
  bool settled() const { return settles_.empty() && flight_count_ == 0; }
  std::size_t queued_settles() const { return settles_.size(); }
  // The error that the last batch was answered with; empty if it was run.
  const std::string& trouble() const { return trouble_; }
  // The window that was last found to have a wrong type or length; empty if none since it was taken.
  const std::string& bad_window() const { return bad_window_; }
  std::string take_bad_window() { return std::exchange(bad_window_, {}); }

 private:
  // What was sent in one command and awaits its reply.
  struct flight {
    std::vector<std::uint32_t> operations;  // slots of takes; settle_mark stands for the next of the settles
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
  bool add_settles_of(const charge& asked, flight& to);
  bool add_settle(const settlement& s, flight& to);
  void send_script(std::string& out, steady_time now);

  void finish(std::uint32_t slot, const result<verdict, outage>& answer, steady_time now);
  void expire_queued(steady_time now);
  void expire_in_flight(steady_time now);

  result<void> read_batch(std::string_view packed, steady_time now);
  void send_again();
  void read_take(take_status status, const verdict& v, std::uint32_t slot, steady_time now);
  void note_bad_window(const charge& asked);
  void give_back(const charge& asked, const verdict& v, steady_time now);
  result<void> on_error(std::string_view text, steady_time now);
  void requeue_takes(steady_time now);
  void refuse_takes(steady_time now);
  void requeue_settles(steady_time now);
  void lose(std::size_t first_operation, outage why, steady_time now);
  void add_waiting(const settlement& s, steady_time now);
  void show_queues();

  std::uint32_t window_seconds_;
  store_cells& cells_;
  take_pool takes_;
  settle_queue settles_{max_queued_settles};
  batch batch_;                                            // being filled
  std::array<flight, max_batches_in_flight + 1> flights_;  // a ring; one more for a script on its way
  std::size_t first_flight_ = 0, flight_count_ = 0, flights_with_takes_ = 0;
  std::vector<finished_take> finished_;
  std::vector<std::uint32_t> again_;  // slots of takes that the reply being read says were not run
  std::string script_sha_, trouble_, bad_window_;
  redis_clock clock_;
  outage down_because_ = outage::disconnected;
  steady_time retry_settles_at_{};
  std::size_t last_batch_operations_ = 0;
  bool ready_ = false, draining_ = false, script_missing_ = false, script_under_way_ = false;
};

}  // namespace weir
