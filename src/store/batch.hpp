// One call to Redis: the takes and settles of a batch packed for window.lua, and its packed reply
// (docs/redis-layout.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/key_id.hpp"
#include "base/time.hpp"
#include "limit/verdict.hpp"

namespace weir {

// Names a window in Redis: its id under the hash tag of its take's root (the first scope).
struct window_ref {
  std::array<char, 2> tag{};
  key_id id;
  friend bool operator==(const window_ref&, const window_ref&) = default;
};

inline window_ref make_window_ref(const key_id& root, const key_id& id) {
  return {{root.hex[0], root.hex[1]}, id};
}

// "weir:1:60:{NN}:<32 hex>": layout version, W in seconds, hash tag, id.
void append_window_name(std::string& out, std::uint32_t window_seconds, const window_ref& ref);

// The settle of one window as it travels. Settles of one window, second and epoch may be merged by adding
// both amounts (as long as neither sum overflows).
struct settlement {
  window_ref window;
  std::uint32_t second = 0;
  std::uint32_t epoch = 0;
  amounts reserved;
  amounts used;
};

// Collects operations until full. Not thread-safe. Reuse by clear(): its memory stays.
class batch {
 public:
  static constexpr std::size_t max_operations = 64;
  // Windows named, times their size: what a script may have to look at, a millisecond at most (12 windows of
  // an hour).
  static constexpr std::size_t max_window_bytes = 512 * 1024;

  explicit batch(std::uint32_t window_seconds);

  // Adds an operation at the end; false (and no change) if the batch is full. Operations run in this order.
  bool add_take(const charge& asked);
  bool add_settle(const settlement& s);

  std::size_t operations() const { return operations_; }
  bool empty() const { return operations_ == 0; }
  // Half of the windows that may be named are.
  bool half_full() const;
  void clear();

  // Appends the RESP command `EVALSHA sha …`. Takes that Redis would run after `not_after` (its TIME) are not
  // run.
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

// What became of one take.
enum class take_status : std::uint8_t { judged, expired, bad_window };

// Reads the reply in the order in which the operations were added.
class batch_reply {
 public:
  // `bytes` must outlive the reader. valid() tells whether it is a reply at all (length and version).
  explicit batch_reply(std::string_view bytes);
  bool valid() const { return valid_; }
  store_time now() const { return now_; }

  // Fills `out` if judged. Reading past the end or garbage makes valid() false and answers bad_window.
  take_status next_take(std::size_t scope_count, verdict& out);
  // True: the difference was applied. False: too late, another epoch, or a bad window (nothing changed).
  bool next_settle();

 private:
  std::uint32_t word();

  std::string_view bytes_;
  std::size_t at_ = 0;
  store_time now_;
  bool valid_ = false;
};

// The script's text: a one-line clock prologue and the body of window.lua. Load it with SCRIPT LOAD.
std::string_view window_script();
// The same body with the time as ARGV[2] (seconds) and ARGV[3] (microseconds) instead of TIME, for tests.
std::string_view window_script_with_time_argument();

}  // namespace weir
