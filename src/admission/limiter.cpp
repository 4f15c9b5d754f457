#include "admission/limiter.hpp"

#include <algorithm>
#include <utility>

namespace weir::admission {
namespace {

// Ranks states; the worst of several workers counts.
int badness(store_state s) {
  switch (s) {
    case store_state::up: return 0;
    case store_state::connecting: return 1;
    case store_state::down: return 2;
    case store_state::mismatch: return 3;
  }
  return 3;
}

}  // namespace

awaitable<result<admission, store_error>> limiter::admit(const limit::plan& p, steady_time deadline) {
  const auto taken = co_await store_.take(p, deadline);
  if (!taken) co_return taken.error();
  count(p, *taken);
  admission done{.decision = *taken, .held = std::nullopt};
  if (taken->admitted())
    done.held.emplace(store_, counters_, limit::make_receipt(p, *taken));
  else
    rejections_.remember(p, *taken, now_());
  co_return std::move(done);
}

std::optional<limit::decision> limiter::known_rejection(const limit::plan& p) {
  const auto known = rejections_.find(p, now_());
  if (known) count(p, *known);
  return known;
}

void limiter::count(const limit::plan& p, const limit::decision& d) {
  const auto which = static_cast<std::size_t>(d.which);
  switch (d.outcome) {
    case limit::outcome::rejected: return counters_.rejected[which].add();
    case limit::outcome::exceeds_limit: return counters_.exceeds_limit[which].add();
    case limit::outcome::admitted:
      counters_.admitted.add();
      counters_.input_tokens.add(p.asked.input_tokens);
      counters_.reserved_output_tokens.add(p.asked.output_tokens);
  }
}

health_summary summarize(std::span<const store_health* const> workers) {
  health_summary all{.state = store_state::up, .reached_once = true};
  for (const store_health* one : workers) {
    const store_state state = one->state.load(std::memory_order_relaxed);
    all.state =
        std::max(all.state, state, [](store_state a, store_state b) { return badness(a) < badness(b); });
    all.reached_once = all.reached_once && one->reached_once.load(std::memory_order_relaxed);
  }
  return all;
}

}  // namespace weir::admission
