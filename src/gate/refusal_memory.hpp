// Which keys are known to be refused, and until when: so that a megabyte is not counted for an answer that is
// certain.
#pragma once

#include <array>
#include <optional>

#include "base/time.hpp"
#include "limit/verdict.hpp"

namespace weir {

// Remembers the last refusals of one worker, in fixed memory: the later of two keys that share a place takes
// it. Only for requests and input tokens, which come back with time alone (but where an upstream was not
// reached: then a refusal may be remembered a while too long); output tokens come back with every settle.
class refusal_memory {
 public:
  void remember(const charge& asked, const verdict& v, steady_time now) {
    if (v.outcome != outcome::rejected || v.which == metric::output_tokens || asked.scope_count != 1) return;
    place_of(asked) = {asked.scopes[0].id, asked.asked[v.which], v, now, now + v.retry_after};
  }

  // The refusal of a charge that asks at least `asked`, with the time that is left of its wait; nothing where
  // it is not certain.
  std::optional<verdict> recall(const charge& asked, steady_time now) const {
    const entry& e = places_[index_of(asked)];
    if (e.id != asked.scopes[0].id || now >= e.until || asked.asked[e.refusal.which] < e.amount)
      return std::nullopt;
    verdict v = e.refusal;
    v.retry_after = std::chrono::duration_cast<microseconds>(e.until - now);
    v.now.us += std::chrono::duration_cast<microseconds>(now - e.since).count();
    return v;
  }

 private:
  struct entry {
    key_id id{};
    std::uint32_t amount = 0;  // of the metric that was short
    verdict refusal;
    steady_time since{}, until{};
  };
  static constexpr std::size_t places = 256;

  static std::size_t index_of(const charge& asked) {
    return std::hash<key_id>{}(asked.scopes[0].id) % places;
  }
  entry& place_of(const charge& asked) { return places_[index_of(asked)]; }

  std::array<entry, places> places_{};
};

}  // namespace weir
