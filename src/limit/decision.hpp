// The answer to a plan, and what an admitted plan leaves behind for its settle.
#pragma once

#include <array>
#include <cstdint>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "limit/amounts.hpp"
#include "limit/plan.hpp"

namespace weir::limit {

// A window right after the operation.
struct window_state {
  amounts used;  // the total over the window
  std::uint32_t second =
      0;  // the newest second written to; after an admitted take, the second that was charged
  std::uint32_t epoch = 0;  // which life of the window this is; a settle needs it
};

enum class outcome : std::uint8_t {
  admitted,
  rejected,       // fits later: retry_after says when
  exceeds_limit,  // asks for more than a limit: it never fits
};

// The decision on a plan. Plain data, cheap to copy.
struct decision {
  limit::outcome outcome = outcome::rejected;
  std::uint8_t part_count = 0;  // as in the plan; 0 where no window was asked (the limiter is bypassed)
  // Unless admitted: the part and the metric that free up last, and after how long *this* request fits if
  // nothing else is spent.
  std::uint8_t part_index = 0;
  metric which = metric::requests;
  microseconds retry_after{0};
  store_time now;  // the store's clock at the decision
  std::array<window_state, max_parts> windows{};

  bool admitted() const { return outcome == outcome::admitted; }
};

// The record of an admitted take that its settle needs. Plain data.
struct receipt {
  struct place {
    scope_id id;
    std::uint32_t second = 0;
    std::uint32_t epoch = 0;
  };
  scope_id root;
  amounts reserved;
  std::uint8_t part_count = 0;
  std::array<place, max_parts> places{};
};

// The receipt of an admitted plan.
inline receipt make_receipt(const plan& p, const decision& d) {
  receipt r{.root = p.root, .reserved = p.asked, .part_count = d.part_count, .places = {}};
  for (std::size_t i = 0; i < d.part_count; ++i)
    r.places[i] = {p.parts[i].id, d.windows[i].second, d.windows[i].epoch};
  return r;
}

}  // namespace weir::limit
