// Plans for tests.
#pragma once

#include <cstdint>
#include <string_view>

#include "limit/plan.hpp"

namespace weir::limit {

// An id that begins with `text` and is filled up with zeros.
inline scope_id id_of(std::string_view text) {
  scope_id id;
  id.hex.fill('0');
  text.copy(id.hex.data(), id.hex.size());
  return id;
}

// A plan of the windows of the scopes `ids`, with the same limits; the first scope is the reported one and
// the last is the root.
inline plan plan_of(std::initializer_list<scope_id> ids, const amounts& asked, const limits& most = {},
                    std::uint32_t window_seconds = 60) {
  plan p{.root = {}, .asked = asked, .part_count = 0, .reported = 1, .parts = {}};
  for (const scope_id& id : ids) p.parts[p.part_count++] = {id, seconds_window(window_seconds), most};
  p.root = p.parts[p.part_count - 1U].id;
  return p;
}

}  // namespace weir::limit
