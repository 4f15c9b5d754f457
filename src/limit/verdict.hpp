// The question a take asks of one or more windows, the answer to it, and what is needed to settle later.
#pragma once

#include <array>
#include <cstdint>

#include "base/key_id.hpp"
#include "base/time.hpp"
#include "limit/amounts.hpp"

namespace weir {

// A take names at most this many windows (key, later project and models).
inline constexpr std::size_t max_scopes = 4;

// One window of a take: whose it is and what it may hold.
struct scope {
  key_id id;
  weir::limits limits;
};

// "May I have these amounts of these windows?" The first scope is the root: its id gives the hash tag.
struct charge {
  amounts asked;
  std::uint8_t scope_count = 1;
  std::array<scope, max_scopes> scopes{};
};

// A window right after the operation.
struct window_state {
  amounts used;  // the total over the window
  std::uint32_t second =
      0;  // the newest second it was written in; for an admitted take, the second it was charged to
  std::uint32_t epoch = 0;  // which life of the window this is (settle needs it)
};

enum class outcome : std::uint8_t {
  admitted,
  rejected,    // fits later: retry_after says when
  never_fits,  // asks more than a limit: no wait helps
};

// The answer to a take. Plain data, cheap to copy.
struct verdict {
  weir::outcome outcome = outcome::rejected;
  std::uint8_t scope_count = 1;
  // Rejected: the window and metric that free up last, and how long until *this* request fits if nothing else
  // is spent.
  std::uint8_t scope_index = 0;
  metric which = metric::requests;
  microseconds retry_after{0};
  store_time now;  // the store's clock at the decision
  std::array<window_state, max_scopes> windows{};

  bool admitted() const { return outcome == outcome::admitted; }
};

// What an admitted take leaves behind for its settle. Plain data.
struct receipt {
  struct part {
    key_id id;
    std::uint32_t second = 0;
    std::uint32_t epoch = 0;
  };
  amounts reserved;
  std::uint8_t scope_count = 1;
  std::array<part, max_scopes> parts{};
};

// The receipt of an admitted take.
inline receipt make_receipt(const charge& c, const verdict& v) {
  receipt r{.reserved = c.asked, .scope_count = c.scope_count};
  for (std::size_t i = 0; i < c.scope_count; ++i)
    r.parts[i] = {c.scopes[i].id, v.windows[i].second, v.windows[i].epoch};
  return r;
}

}  // namespace weir
