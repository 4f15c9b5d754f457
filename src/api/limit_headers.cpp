#include "api/limit_headers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text_buffer.hpp"

namespace weir::api {
namespace {

using limit::metric;

constexpr std::uint64_t ceil_seconds(microseconds us) {
  return (static_cast<std::uint64_t>(us.count()) + 999'999) / 1'000'000;
}

struct metric_words {
  std::string_view limit, quota, remaining, reset, item;
};

// Indexed by metric.
constexpr std::array<metric_words, limit::metric_count> words{{
    {"x-ratelimit-limit-requests: ", "\"requests\";q=", "x-ratelimit-remaining-requests: ",
     "\r\nx-ratelimit-reset-requests: ", "\"requests\";r="},
    {"x-ratelimit-limit-input-tokens: ", "\"input-tokens\";q=", "x-ratelimit-remaining-input-tokens: ",
     "\r\nx-ratelimit-reset-input-tokens: ", "\"input-tokens\";r="},
    {"x-ratelimit-limit-output-tokens: ", "\"output-tokens\";q=", "x-ratelimit-remaining-output-tokens: ",
     "\r\nx-ratelimit-reset-output-tokens: ", "\"output-tokens\";r="},
}};

std::uint32_t remaining(const limit::plan& p, const limit::decision& d, std::size_t part, metric m) {
  return p.parts[part].most[m] - std::min(p.parts[part].most[m], d.windows[part].used[m]);
}

// The reported part that has the least left of `m`; empty where none limits it.
std::optional<std::size_t> tightest_part(const limit::plan& p, const limit::decision& d, metric m) {
  std::optional<std::size_t> tightest;
  for (std::size_t i = 0; i < p.part_count; ++i) {
    if (!p.is_reported(i) || p.parts[i].most[m] == limit::limits::unlimited) continue;
    if (!tightest || remaining(p, d, i, m) < remaining(p, d, *tightest, m)) tightest = i;
  }
  return tightest;
}

// The t of a RateLimit item.
std::uint64_t item_seconds(const limit::decision& d, std::size_t part, metric m, microseconds reset) {
  const bool rejected = d.outcome == limit::outcome::rejected && d.part_index == part && d.which == m;
  return rejected ? std::max<std::uint64_t>(1, ceil_seconds(d.retry_after)) : ceil_seconds(reset);
}

}  // namespace

std::string_view header_name(metric m) {
  constexpr std::array<std::string_view, limit::metric_count> names{"requests", "input-tokens",
                                                                    "output-tokens"};
  return names[static_cast<std::size_t>(m)];
}

microseconds empty_after(const limit::plan& p, const limit::decision& d, std::size_t part_index, metric m) {
  const limit::window_state& w = d.windows[part_index];
  if (w.used[m] == 0) return microseconds{0};
  const std::int64_t empty_us = (std::int64_t{w.second} + p.parts[part_index].shape.buckets) * 1'000'000;
  return microseconds{std::max<std::int64_t>(0, empty_us - d.now.us)};
}

void append_limit_headers(std::string& out, const limit::plan& p, const limit::decision& d) {
  if (d.part_count == 0) return;
  text_buffer<192> limits;
  text_buffer<192> policy;
  text_buffer<384> standings;
  text_buffer<192> items;
  for (const metric m : limit::all_metrics) {
    const auto part = tightest_part(p, d, m);
    if (!part) continue;
    const metric_words& w = words[static_cast<std::size_t>(m)];
    text_buffer<10> most;
    text_buffer<10> left;
    most.number(p.parts[*part].most[m]);
    left.number(remaining(p, d, *part, m));
    const microseconds reset = empty_after(p, d, *part, m);
    limits.put(w.limit).put(most.text()).put("\r\n");
    policy.put(policy.text().empty() ? "RateLimit-Policy: " : ", ").put(w.quota).put(most.text());
    policy.put(";w=").number(p.parts[*part].shape.window_seconds());
    standings.put(w.remaining).put(left.text()).put(w.reset);
    standings.duration_ms(static_cast<std::uint64_t>(reset.count()) / 1000).put("\r\n");
    items.put(items.text().empty() ? "RateLimit: " : ", ").put(w.item).put(left.text());
    items.put(";t=").number(item_seconds(d, *part, m, reset));
  }
  if (limits.text().empty()) return;
  out.append(limits.text()).append(policy.put("\r\n").text());
  out.append(standings.text()).append(items.put("\r\n").text());
}

}  // namespace weir::api
