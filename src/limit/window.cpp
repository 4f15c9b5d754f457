#include "limit/window.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

namespace weir::limit {
namespace {

static_assert(std::endian::native == std::endian::little, "the words are the bytes in Redis: little endian");

constexpr std::size_t epoch_at = 0, second_at = 1, total_at = 2, head_at = 5;
constexpr std::uint32_t most_total = 0xffff'ffffU;  // what a total can hold

amounts read(const std::uint32_t* words) { return {words[0], words[1], words[2]}; }

std::size_t index(metric m) { return static_cast<std::size_t>(m); }

// The metric of one window that lacks room, and how long until the room is free.
struct obstacle {
  std::size_t part;
  metric which;
  microseconds frees{0};
};

std::optional<obstacle> beyond_limit(const plan& p) {
  for (std::size_t i = 0; i < p.part_count; ++i)
    for (const metric m : all_metrics)
      if (p.asked[m] > p.parts[i].most[m]) return obstacle{i, m};
  return std::nullopt;
}

}  // namespace

window::present window::at(store_time now) const {
  const std::uint32_t s = now.second();
  const auto fresh_epoch = static_cast<std::uint32_t>(now.us);
  if (!exists()) return {fresh_epoch, s, s, {}, true};
  const std::uint32_t head = words_[second_at];
  amounts total = read(&words_[total_at]);
  if (s <= head) {
    if (head - s <= clock_slack_seconds) return {words_[epoch_at], head, head, total, false};
    return {fresh_epoch, s, s, total, true};
  }
  if (s - head > window_seconds_) return {words_[epoch_at], s, head, {}, false};
  each_slot(head + 1, s - head, [&](const std::uint32_t* bucket, std::uint32_t) {
    for (const metric m : all_metrics) total[m] -= bucket[index(m)];  // of second t-W-1, which leaves now
    return true;
  });
  return {words_[epoch_at], s, head, total, false};
}

microseconds window::frees(metric m, std::uint64_t need, const present& p, store_time now) const {
  const auto moment = [&](std::uint32_t second) {
    return microseconds((std::int64_t{second} + window_seconds_ + 1) * 1'000'000 - now.us);
  };
  if (p.restarts || need == 0) return moment(p.head);  // all of it lies in the head bucket
  const std::uint32_t head = words_[second_at];
  const std::uint32_t first = p.head - window_seconds_;
  std::uint32_t last_to_leave = head;
  std::uint64_t freed = 0;
  each_slot(first, head - first, [&](const std::uint32_t* bucket, std::uint32_t second) {
    freed += bucket[index(m)];
    if (freed >= need) last_to_leave = second;
    return freed < need;
  });
  return moment(last_to_leave);
}

void window::move_head(const present& p) {
  if (!exists()) words_.resize(window_bytes(window_seconds_) / 4);
  const std::uint32_t head = words_[second_at];
  if (p.restarts || p.head - head > window_seconds_) {
    std::fill(words_.begin() + 8, words_.end(), 0);
  } else if (p.head != head) {
    std::copy_n(&words_[head_at], metric_count, slot(head));
    for (std::uint32_t t = head + 1; t != p.head; ++t) std::fill_n(slot(t), metric_count, 0);
  }
  words_[epoch_at] = p.epoch;
  for (const metric m : all_metrics) {
    words_[total_at + index(m)] = p.total[m];
    if (p.restarts || p.head != head) words_[head_at + index(m)] = p.restarts ? p.total[m] : 0;
  }
  words_[second_at] = p.head;
}

window_state window::charge(const amounts& asked, const present& p) {
  move_head(p);
  for (const metric m : all_metrics) {
    const std::uint32_t n = std::min(asked[m], most_total - words_[total_at + index(m)]);
    words_[total_at + index(m)] += n;
    words_[head_at + index(m)] += n;
  }
  return {read(&words_[total_at]), p.head, p.epoch};
}

bool window::settle(std::uint32_t second, std::uint32_t epoch, const amounts& reserved, const amounts& used,
                    store_time now) {
  const present p = at(now);
  if (p.restarts || epoch != p.epoch || second > p.head || p.head - second > window_seconds_) return false;
  move_head(p);
  std::uint32_t* bucket = second == p.head ? &words_[head_at] : slot(second);
  for (const metric m : all_metrics) {
    std::uint32_t& total = words_[total_at + index(m)];
    if (used[m] <= reserved[m]) {
      const std::uint32_t n = std::min(reserved[m] - used[m], bucket[index(m)]);
      bucket[index(m)] -= n;
      total -= n;
    } else {
      const std::uint32_t n = std::min(used[m] - reserved[m], most_total - total);
      words_[head_at + index(m)] += n;
      total += n;
    }
  }
  return true;
}

decision take(std::span<window* const> windows, const plan& p, store_time now) {
  decision d{.part_count = p.part_count, .now = now};
  std::array<window::present, max_parts> present{};
  std::optional<obstacle> last;
  const auto beyond = beyond_limit(p);
  for (std::size_t i = 0; i < p.part_count; ++i) {
    present[i] = windows[i]->at(now);
    d.windows[i] = {present[i].total, present[i].written, present[i].epoch};
    if (beyond) continue;
    for (const metric m : all_metrics) {
      const std::uint64_t wanted = std::uint64_t{present[i].total[m]} + p.asked[m];
      const std::uint64_t most = p.parts[i].most[m];
      if (p.asked[m] == 0 || most == limits::unlimited || wanted <= most) continue;
      const obstacle o{i, m, windows[i]->frees(m, wanted - most, present[i], now)};
      if (!last || o.frees > last->frees) last = o;
    }
  }
  if (beyond) last = beyond;
  if (last) {
    d.outcome = beyond ? outcome::exceeds_limit : outcome::rejected;
    d.part_index = static_cast<std::uint8_t>(last->part);
    d.which = last->which;
    d.retry_after = last->frees;
    for (std::size_t i = 0; i < p.part_count && !beyond; ++i) windows[i]->restart(present[i]);
    return d;
  }
  d.outcome = outcome::admitted;
  for (std::size_t i = 0; i < p.part_count; ++i) d.windows[i] = windows[i]->charge(p.asked, present[i]);
  return d;
}

}  // namespace weir::limit
