// A model of the window that keeps a plain log of every charge, and random histories to compare the two.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "limit/window.hpp"

namespace weir::limit {

// One step of a history: the clock moves by gap_us, then a take follows, or the settle of an earlier admitted
// take.
struct step {
  std::int64_t gap_us = 0;
  bool is_settle = false;
  std::size_t which = 0;  // settle: index (modulo) among the receipts so far
  amounts asked;          // take: what is asked; settle: what was used
  limit::limits limits;
};

inline std::ostream& operator<<(std::ostream& out, const step& s) {
  return out << (s.is_settle ? "settle " : "take ") << s.which << " after " << s.gap_us
             << " us: " << s.asked.requests << "/" << s.asked.input_tokens << "/" << s.asked.output_tokens
             << " of " << s.limits.requests << "/" << s.limits.input_tokens << "/" << s.limits.output_tokens;
}

inline rc::Gen<std::int64_t> any_gap_us(std::int64_t window_seconds) {
  const std::int64_t s = 1'000'000;
  return rc::gen::oneOf(rc::gen::element<std::int64_t>(0, 0, 0, 1, 999'999, s, s, 2 * s, window_seconds * s,
                                                       (window_seconds + 1) * s, (window_seconds + 1) * s - 1,
                                                       -1, -s, -2 * s, -3 * s, -100 * s),
                        rc::gen::inRange<std::int64_t>(0, 2 * s),
                        rc::gen::inRange<std::int64_t>(0, 3 * window_seconds * s));
}

inline rc::Gen<std::uint32_t> any_amount() {
  return rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 12),
                        rc::gen::element<std::uint32_t>(0, 1, 0x7fff'ffffU, 0xffff'fff0U, 0xffff'ffffU));
}

inline rc::Gen<std::uint32_t> any_limit() {
  return rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 60),
                        rc::gen::element(limits::unlimited, limits::unlimited, limits::largest));
}

inline rc::Gen<step> any_step(std::int64_t window_seconds) {
  const auto three = [](rc::Gen<std::uint32_t> g) {
    return rc::gen::container<std::vector<std::uint32_t>>(3, std::move(g));
  };
  return rc::gen::apply(
      [](std::int64_t gap, int kind, std::size_t which, const std::vector<std::uint32_t>& a,
         const std::vector<std::uint32_t>& l) {
        return step{gap, kind == 0, which, {a[0], a[1], a[2]}, {l[0], l[1], l[2]}};
      },
      any_gap_us(window_seconds), rc::gen::inRange(0, 3), rc::gen::inRange<std::size_t>(0, 8),
      three(any_amount()), three(any_limit()));
}

inline rc::Gen<std::vector<step>> any_history(std::int64_t window_seconds) {
  return rc::gen::container<std::vector<step>>(any_step(window_seconds));
}

// Keeps every charge that was ever made, with the second it counts in. Slow and plain on purpose.
class log_window {
 public:
  explicit log_window(std::uint32_t window_seconds) : window_(window_seconds) {}

  struct answer {
    limit::outcome outcome;
    metric which = metric::requests;
    std::int64_t retry_us = 0;
    amounts used;
  };

  answer take(const amounts& asked, const limits& most, store_time now) {
    const std::int64_t s = present(now);
    for (const metric m : all_metrics)
      if (asked[m] > most[m]) return {outcome::exceeds_limit, m, 0, {}};
    std::optional<answer> obstacle;
    for (const metric m : all_metrics) {
      if (asked[m] == 0 || most[m] == limits::unlimited || total(m, s) + asked[m] <= most[m]) continue;
      const std::int64_t wait = fits_at(m, asked[m], most[m], s) * 1'000'000 - now.us;
      if (!obstacle || wait > obstacle->retry_us) obstacle = answer{outcome::rejected, m, wait, {}};
    }
    restart_if_put_back(now);
    if (obstacle) return *obstacle;
    head_ = s;
    if (!epoch_) epoch_ = static_cast<std::uint32_t>(now.us);
    charge c{s, {}};
    amounts used;
    for (const metric m : all_metrics) {
      c.amount[index(m)] = std::min<std::int64_t>(asked[m], most_ - total(m, s));
      used[m] = static_cast<std::uint32_t>(total(m, s) + c.amount[index(m)]);
    }
    charges_.push_back(c);
    return {outcome::admitted, {}, 0, used};
  }

  bool settle(std::int64_t second, std::uint32_t epoch, const amounts& reserved, const amounts& used,
              store_time now) {
    const std::int64_t s = present(now);
    if (!epoch_ || put_back(now) || epoch != *epoch_ || second > s || second < s - window_) return false;
    head_ = s;
    charge back{second, {}}, surplus{s, {}};
    for (const metric m : all_metrics) {
      const std::int64_t difference = std::int64_t{used[m]} - reserved[m];
      back.amount[index(m)] = -std::min(std::max<std::int64_t>(-difference, 0), bucket(m, second));
      surplus.amount[index(m)] = std::min(std::max<std::int64_t>(difference, 0), most_ - total(m, s));
    }
    charges_.push_back(back);
    charges_.push_back(surplus);
    return true;
  }

  std::int64_t bucket(metric m, std::int64_t second) const {
    std::int64_t sum = 0;
    for (const auto& c : charges_) sum += c.second == second ? c.amount[index(m)] : 0;
    return sum;
  }

 private:
  struct charge {
    std::int64_t second;
    std::int64_t amount[metric_count];
  };
  static std::size_t index(metric m) { return static_cast<std::size_t>(m); }

  bool put_back(store_time now) const { return epoch_ && head_ - now.second() > clock_slack_seconds; }
  std::int64_t present(store_time now) const {
    const std::int64_t s = now.second();
    return epoch_ && s < head_ && !put_back(now) ? head_ : s;
  }
  std::int64_t total(metric m, std::int64_t s) const {
    std::int64_t sum = 0;
    for (const auto& c : charges_) sum += c.second >= oldest(s) ? c.amount[index(m)] : 0;
    return sum;
  }
  // After the clock was put back, all charges of the last window still count.
  std::int64_t oldest(std::int64_t s) const { return s < head_ ? head_ - window_ : s - window_; }
  std::int64_t fits_at(metric m, std::int64_t asked, std::int64_t most, std::int64_t s) const {
    if (epoch_ && s < head_) return s + window_ + 1;  // the clock was put back: all of it counts from now on
    for (std::int64_t t = s - window_;; ++t) {
      std::int64_t left = 0;
      for (const auto& c : charges_) left += c.second > t ? c.amount[index(m)] : 0;
      if (left + asked <= most) return t + window_ + 1;
    }
  }
  void restart_if_put_back(store_time now) {
    if (!put_back(now)) return;
    const std::int64_t s = now.second();
    charge all{s, {}};
    for (const metric m : all_metrics) all.amount[index(m)] = total(m, s);
    charges_.assign(1, all);
    head_ = s;
    epoch_ = static_cast<std::uint32_t>(now.us);
  }

  static constexpr std::int64_t most_ = 0xffff'ffff;  // the most that a total can hold

  std::int64_t window_;
  std::int64_t head_ = 0;
  std::optional<std::uint32_t> epoch_;
  std::vector<charge> charges_;
};

}  // namespace weir::limit
