// The window: what one scope used in the last W seconds, in one-second buckets. Pure arithmetic; now is an
// argument.
//
// W+1 buckets, of seconds s-W .. s where s is the present second: two charges at most W seconds apart are at
// most W buckets apart, so they are always counted together (never more than the limit in any W seconds). A
// charge lives between W and W+1 seconds. Little endian u32 words, the same bytes as the string in Redis
// (docs/redis-layout.md):
//
//   word  0        1        2..4              5..7               8 ..
//        +--------+--------+-----------------+------------------+-----------------------------------------+
//        | epoch  | second | total r, i, o   | head bucket r,i,o| ring: W+1 buckets of r, i, o            |
//        +--------+--------+-----------------+------------------+-----------------------------------------+
//
// `second` is the head: the newest second the window was written in. `total` is always the sum of the
// buckets. The bucket of second t lies at ring index t mod (W+1); the head's own slot is stale until the head
// moves on.
//
// This is the embedded store's arithmetic and the reference for src/store/window.lua: tests want equal
// replies and bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "limit/verdict.hpp"

namespace weir {

// While the clock is at most this far behind the head, now is the head; further behind, the window restarts
// at now.
inline constexpr std::uint32_t clock_slack_seconds = 2;

// Bytes of a window of W seconds.
constexpr std::size_t window_bytes(std::uint32_t window_seconds) {
  return 32 + 12 * (std::size_t{window_seconds} + 1);
}

// Not thread-safe. Made empty; it exists from its first charge on. An admitted take or an applied settle
// changes it; a rejection only where the clock was put back: else a full window would stay in a future that
// is far away.
class window {
 public:
  explicit window(std::uint32_t window_seconds) : window_seconds_(window_seconds) {}

  bool exists() const { return !words_.empty(); }
  // The layout above; empty until it exists.
  std::span<const std::uint32_t> words() const { return words_; }
  // The second at which nothing that was charged counts any more: the window may be forgotten then.
  std::uint32_t empty_at() const { return exists() ? words_[1] + window_seconds_ + 1 : 0; }

  // The window as it stands at `now`; changes nothing.
  struct present {
    std::uint32_t epoch;
    std::uint32_t head;     // the present second, as far as this window is concerned
    std::uint32_t written;  // the newest second it was written in
    amounts total;
    bool restarts;  // absent, or the clock was put back: begins anew at head, with its total in the head
                    // bucket
  };
  present at(store_time now) const;

  // How long after `now` at least `need` of metric `m` will have left, if nothing else is spent. need <=
  // total.
  microseconds frees(metric m, std::uint64_t need, const present& p, store_time now) const;

  // Begins anew at the present second if the clock was put back (p.restarts): late, never lost.
  void restart(const present& p) {
    if (exists() && p.restarts) move_head(p);
  }

  // Charges `asked` to the present second; each amount is cut to what the total can still hold. Returns the
  // state after.
  window_state charge(const amounts& asked, const present& p);

  // Puts `used` in the place of `reserved` in the bucket of `second`; what exceeds the reservation is charged
  // to the present second. False (and no change) if that second has left the window or belongs to another
  // epoch.
  bool settle(std::uint32_t second, std::uint32_t epoch, const amounts& reserved, const amounts& used,
              store_time now);

 private:
  std::uint32_t* slot(std::uint32_t second) {
    return &words_[8 + 3 * std::size_t{second % (window_seconds_ + 1)}];
  }
  // Calls visit(words of the slot, second) for each of `count` seconds from `first` on, until it answers
  // false.
  template <class F>
  void each_slot(std::uint32_t first, std::uint32_t count, F&& visit) const {
    const std::size_t buckets = window_seconds_ + 1;
    std::size_t at = first % buckets;  // one division a walk, not one a bucket
    for (std::uint32_t t = first; count > 0 && visit(&words_[8 + 3 * at], t); ++t, --count)
      if (++at == buckets) at = 0;
  }
  void move_head(const present& p);

  std::uint32_t window_seconds_;
  std::vector<std::uint32_t> words_;
};

// Judges `asked` on all its windows (one each of asked.scopes, in order) and, if it fits, charges all of
// them; else changes none. An amount of 0 is never refused. O(1) when admitted; a rejection looks at the
// buckets once.
verdict take(std::span<window* const> windows, const charge& asked, store_time now);

}  // namespace weir
