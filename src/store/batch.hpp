// One call to Redis: the takes and settles of a batch packed for src/store/window.lua, and the packed reply
// (docs/redis-layout.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "limit/decision.hpp"

namespace weir::store {

// Names a window in Redis: the id of its scope under the hash tag of the plan's root.
struct window_ref {
  std::array<char, 2> tag{};
  scope_id id;
  friend bool operator==(const window_ref&, const window_ref&) = default;
};

inline window_ref make_window_ref(const scope_id& root, const scope_id& id) {
  return {{root.hex[0], root.hex[1]}, id};
}

// "weir:1:60:{NN}:<32 hex>": layout version, W in seconds, hash tag, id.
void append_window_name(std::string& out, std::uint32_t window_seconds, const window_ref& ref);

// The settle of one window as it is sent. Settles of the same window, second and epoch may be merged by
// adding both amounts, as long as neither sum overflows.
struct settlement {
  window_ref window;
  std::uint32_t second = 0;
  std::uint32_t epoch = 0;
  limit::amounts reserved;
  limit::amounts used;
};

// Collects operations until it is full. clear() keeps its memory for reuse. Not thread-safe.
class batch {
 public:
  static constexpr std::size_t max_operations = 64;
  // The number of windows times their size: the bytes that a script may have to read, which takes a
  // millisecond at most (12 windows of an hour).
  static constexpr std::size_t max_window_bytes = 512 * 1024;

  explicit batch(std::uint32_t window_seconds);

  // Adds an operation at the end. False, without a change, where the batch is full. Operations run in this
  // order.
  bool add_take(const limit::plan& p);
  bool add_settle(const settlement& s);

  std::size_t operations() const { return operations_; }
  bool empty() const { return operations_ == 0; }
  // True where half of the possible windows are in use.
  bool half_full() const;
  void clear();

  // Appends the RESP command `EVALSHA sha ...`. Redis does not run takes once its TIME is after `not_after`.
  void write(std::string& out, std::string_view sha1_hex, store_time not_after) const;

 private:
  std::uint16_t& slot_of(const window_ref& ref);
  std::uint32_t index_of(const window_ref& ref);
  bool has_room(std::size_t more_windows) const;

  std::uint32_t window_seconds_;
  std::size_t operations_ = 0;
  std::vector<window_ref> refs_;      // KEYS, in order
  std::vector<std::uint16_t> table_;  // open addressing over refs_: index + 1, 0 = free
  std::vector<std::uint32_t> words_;  // the packed operations
};

// The result of one take.
enum class take_status : std::uint8_t { judged, expired, bad_window };

// Reads the reply in the order in which the operations were added.
class batch_reply {
 public:
  // `bytes` must outlive the reader. valid() tells whether it is a reply at all (length and version).
  explicit batch_reply(std::string_view bytes);
  bool valid() const { return valid_; }
  store_time now() const { return now_; }

  // Fills `out` where the result is `judged`. Garbage, or a read behind the end, makes valid() false and
  // returns bad_window.
  take_status next_take(std::size_t part_count, limit::decision& out);
  // True where the difference was applied. False, without a change, for a settle that is too late, of another
  // epoch, or of a bad window.
  bool next_settle();

 private:
  std::uint32_t word();

  std::string_view bytes_;
  std::size_t at_ = 0;
  store_time now_;
  bool valid_ = false;
};

// The text of the script for SCRIPT LOAD: a line that reads the clock, and the body of window.lua.
std::string_view window_script();
// The same body with the time as ARGV[2] (seconds) and ARGV[3] (microseconds) instead of TIME, for tests.
std::string_view window_script_with_time_argument();

}  // namespace weir::store
