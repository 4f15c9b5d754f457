// Remembers recent rejections, so that a large request whose rejection is certain need not be counted.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/time.hpp"
#include "limit/decision.hpp"
#include "limit/plan.hpp"

namespace weir::admission {

// The recent rejections of one worker, in fixed memory. Direct-mapped: a newer plan evicts an older one in
// the same slot.
//
// Only rejections for requests and input tokens are kept, since these free up with time alone; output tokens
// are freed by every settle. After a refund for an upstream that was not reached, the cache may reject a
// little too long. An entry holds for plans of the same windows with the same limits, so a reloaded policy
// makes it void. Not thread-safe.
class rejection_cache {
 public:
  void remember(const limit::plan& p, const limit::decision& d, steady_time now) {
    if (d.outcome != limit::outcome::rejected || d.which == limit::metric::output_tokens) return;
    entries_[slot_of(p)] = {p, d, now, now + d.retry_after};
  }

  // The rejection of a plan that asks for at least `p.asked`, with the rest of its wait. Empty where it is
  // not certain.
  std::optional<limit::decision> find(const limit::plan& p, steady_time now) const {
    const entry& e = entries_[slot_of(p)];
    if (now >= e.until || !has_same_parts(e.plan, p)) return std::nullopt;
    if (p.asked[e.rejection.which] < e.plan.asked[e.rejection.which]) return std::nullopt;
    limit::decision d = e.rejection;
    d.retry_after = std::chrono::duration_cast<microseconds>(e.until - now);
    d.now.us += std::chrono::duration_cast<microseconds>(now - e.since).count();
    return d;
  }

 private:
  struct entry {
    limit::plan plan;
    limit::decision rejection;
    steady_time since{}, until{};  // until == since: the slot is free
  };
  static constexpr std::size_t slots = 256;

  static bool has_same_parts(const limit::plan& a, const limit::plan& b) {
    return a.root == b.root && a.part_count == b.part_count && a.parts == b.parts;
  }
  static std::size_t slot_of(const limit::plan& p) {
    std::size_t mixed = 0;
    for (const limit::part& one : p.all_parts()) mixed = mixed * 31 + std::hash<scope_id>{}(one.id);
    return mixed % slots;
  }

  std::array<entry, slots> entries_{};
};

}  // namespace weir::admission
