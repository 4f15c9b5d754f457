// The window: the usage of one scope over the last W seconds, in one-second buckets. Pure arithmetic; now is
// an argument. It has W+1 buckets, of the seconds s-W .. s where s is the present second. Two charges at most
// W seconds apart lie at most W buckets apart, so they are always counted together: no W seconds hold more
// than the limit. A charge counts for W to W+1 seconds. The words are little-endian u32, the same bytes as
// the string in Redis (docs/redis-layout.md):
//
//   word  0        1        2..4              5..7               8 ..
//        +--------+--------+-----------------+------------------+-----------------------------------------+
//        | epoch  | second | total r, i, o   | head bucket r,i,o| ring: W+1 buckets of r, i, o            |
//        +--------+--------+-----------------+------------------+-----------------------------------------+
//
// `second` is the head: the newest second the window was written in. `total` is always the sum of the
// buckets. The bucket of second t lies at ring index t mod (W+1); the head's own slot is stale until the head
// moves on.
// The embedded store uses this arithmetic, and it is the reference for src/store/window.lua: tests require
// equal replies and equal bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "limit/decision.hpp"

namespace weir::limit {

// Where the clock is at most this far behind the head, the head counts as now; further behind, the window
// restarts at the clock's second.
inline constexpr std::uint32_t clock_slack_seconds = 2;

// The size of a window of W seconds in bytes.
constexpr std::size_t window_bytes(std::uint32_t window_seconds) {
  return 32 + 12 * (std::size_t{window_seconds} + 1);
}

// Not thread-safe. A window is empty at first and exists from its first charge on. An admitted take or an
// applied settle changes it. A rejection changes it only where the clock was put back: otherwise a full
// window would stay full until the clock reached its far future.
class window {
 public:
  explicit window(std::uint32_t window_seconds) : window_seconds_(window_seconds) {}

  bool exists() const { return !words_.empty(); }
  // The words in the layout above; empty until the window exists.
  std::span<const std::uint32_t> words() const { return words_; }
  // The second from which on no charge counts any more, so that the window may be deleted.
  std::uint32_t empty_at() const { return exists() ? words_[1] + window_seconds_ + 1 : 0; }

  // The window as it stands at `now`; changes nothing.
  struct present {
    std::uint32_t epoch;
    std::uint32_t head;     // the present second, as far as this window is concerned
    std::uint32_t written;  // the newest second it was written in
    amounts total;
    bool restarts;  // the window is absent, or the clock was put back: it begins anew at head, with its total
                    // there
  };
  present at(store_time now) const;

  // The time from `now` until at least `need` of metric `m` has left the window, if nothing else is spent.
  // need <= total.
  microseconds frees(metric m, std::uint64_t need, const present& p, store_time now) const;

  // Begins anew at the present second if the clock was put back (p.restarts). Charges then leave late; none
  // is lost.
  void restart(const present& p) {
    if (exists() && p.restarts) move_head(p);
  }

  // Charges `asked` to the present second; each amount is cut to what the total can still hold. Returns the
  // new state.
  window_state charge(const amounts& asked, const present& p);

  // Replaces `reserved` by `used` in the bucket of `second`; the part of `used` above `reserved` is charged
  // to the present second. Returns false, without a change, if that second has left the window or belongs to
  // another epoch.
  bool settle(std::uint32_t second, std::uint32_t epoch, const amounts& reserved, const amounts& used,
              store_time now);

 private:
  std::uint32_t* slot(std::uint32_t second) {
    return &words_[8 + 3 * std::size_t{second % (window_seconds_ + 1)}];
  }
  // Calls visit(words of the slot, second) for each of `count` seconds from `first` on, until visit returns
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

// Decides on `p`: charges all windows if the amounts fit all of them, and none otherwise. `windows` holds the
// window of each part, in order, and they are distinct. An amount of 0 always fits. O(1) when admitted; a
// rejection scans the buckets once. The shapes of the parts are not looked at: the caller owns windows of the
// right shape.
decision take(std::span<window* const> windows, const plan& p, store_time now);

}  // namespace weir::limit
