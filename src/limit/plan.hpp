// The plan of one request: the windows that it is charged to, the amounts, and the limits of each window.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/ids.hpp"
#include "limit/amounts.hpp"

namespace weir::limit {

// A plan has at most this many parts.
inline constexpr std::size_t max_parts = 4;

// The shape of a window: `buckets` buckets of `bucket_seconds` each. One bucket more is kept than the
// window's length needs, so that two charges at most W seconds apart are always counted together: a minute is
// 1 x 61.
struct window_shape {
  std::uint32_t bucket_seconds = 1;
  std::uint32_t buckets = 61;

  // W, the length of the window in seconds.
  constexpr std::uint32_t window_seconds() const { return bucket_seconds * (buckets - 1); }
  friend bool operator==(const window_shape&, const window_shape&) = default;
};

// The shape of a window of W seconds in buckets of one second.
constexpr window_shape seconds_window(std::uint32_t window_seconds) { return {1, window_seconds + 1}; }

// One window of a plan: whose usage it counts, its shape, and the most it may hold.
struct part {
  scope_id id;
  window_shape shape;
  limit::limits most;

  friend bool operator==(const part&, const part&) = default;
};

// The question "may these amounts be charged to all of these windows?". Plain data, made by the policy.
//
// Every part is charged the same amounts. The root is the outermost scope that several keys share (the
// project of a key, or the key itself where nothing is shared). All parts of a plan lie under the hash tag of
// the root in Redis, so a scope must have the same root in every plan; otherwise Redis would keep one window
// for each root.
struct plan {
  scope_id root;
  amounts asked;
  std::uint8_t part_count = 0;
  std::uint8_t reported = 0;  // bit i: the response headers show part i
  std::array<part, max_parts> parts{};

  constexpr std::span<const part> all_parts() const { return {parts.data(), part_count}; }
  constexpr bool is_reported(std::size_t index) const { return (reported >> index & 1U) != 0; }
};

// The smallest limit that any part sets for `m`; unlimited where none does.
constexpr std::uint32_t smallest_limit(const plan& p, metric m) {
  std::uint32_t smallest = limits::unlimited;
  for (const part& one : p.all_parts()) smallest = std::min(smallest, one.most[m]);
  return smallest;
}

// True where every part has the shape `only`, which is the one that a store of version 1 windows can keep.
constexpr bool has_only_shape(const plan& p, const window_shape& only) {
  for (const part& one : p.all_parts())
    if (one.shape != only) return false;
  return true;
}

}  // namespace weir::limit
