#include "gate/limit_headers.hpp"

#include <algorithm>
#include <array>

#include "gate/text_buffer.hpp"

namespace weir {
namespace {

constexpr std::uint64_t ceil_seconds(microseconds us) {
  return (static_cast<std::uint64_t>(us.count()) + 999'999) / 1'000'000;
}

struct metric_lines {
  std::string_view remaining, reset, item;
};

// Indexed by metric.
constexpr std::array<metric_lines, metric_count> lines{{
    {"x-ratelimit-remaining-requests: ", "\r\nx-ratelimit-reset-requests: ", "\"requests\";r="},
    {"x-ratelimit-remaining-input-tokens: ", "\r\nx-ratelimit-reset-input-tokens: ", "\"input-tokens\";r="},
    {"x-ratelimit-remaining-output-tokens: ", "\r\nx-ratelimit-reset-output-tokens: ",
     "\"output-tokens\";r="},
}};

// What of a limit is left, and for how long it is not whole.
struct standing {
  std::uint32_t remaining;
  microseconds reset;
  std::uint64_t item_seconds;
};

standing standing_of(metric m, const limits& l, const verdict& v, std::uint32_t window_seconds) {
  const microseconds reset = empty_after(v, m, window_seconds);
  const bool refused = v.outcome == outcome::rejected && v.scope_index == 0 && v.which == m;
  return {l[m] - std::min(l[m], v.windows[0].used[m]), reset,
          refused ? std::max<std::uint64_t>(1, ceil_seconds(v.retry_after)) : ceil_seconds(reset)};
}

}  // namespace

std::string_view header_name(metric m) {
  constexpr std::array<std::string_view, metric_count> names{"requests", "input-tokens", "output-tokens"};
  return names[static_cast<std::size_t>(m)];
}

microseconds empty_after(const verdict& v, metric m, std::uint32_t window_seconds) {
  const window_state& w = v.windows[0];
  if (w.used[m] == 0) return microseconds{0};
  const std::int64_t empty_us = (std::int64_t{w.second} + window_seconds + 1) * 1'000'000;
  return microseconds{std::max<std::int64_t>(0, empty_us - v.now.us)};
}

std::string fixed_limit_lines(const limits& l, std::uint32_t window_seconds) {
  std::string limit_lines, policy;
  for (const metric m : all_metrics) {
    if (l[m] == limits::unlimited) continue;
    const std::string limit = std::to_string(l[m]);
    limit_lines.append("x-ratelimit-limit-").append(header_name(m)).append(": ").append(limit).append("\r\n");
    policy.append(policy.empty() ? "RateLimit-Policy: \"" : ", \"")
        .append(header_name(m))
        .append("\";q=")
        .append(limit);
    policy.append(";w=").append(std::to_string(window_seconds));
  }
  return policy.empty() ? std::string() : limit_lines + policy + "\r\n";
}

void append_limit_lines(std::string& out, std::string_view fixed, const limits& l, const verdict& v,
                        std::uint32_t window_seconds) {
  if (v.scope_count == 0 || fixed.empty()) return;
  text_buffer<512> text;
  text_buffer<192> list;
  for (const metric m : all_metrics) {
    if (l[m] == limits::unlimited) continue;
    const metric_lines& names = lines[static_cast<std::size_t>(m)];
    const standing s = standing_of(m, l, v, window_seconds);
    text.put(names.remaining).number(s.remaining).put(names.reset);
    text.duration_ms(static_cast<std::uint64_t>(s.reset.count()) / 1000).put("\r\n");
    list.put(list.text().empty() ? "RateLimit: " : ", ")
        .put(names.item)
        .number(s.remaining)
        .put(";t=")
        .number(s.item_seconds);
  }
  out.append(fixed).append(text.text()).append(list.put("\r\n").text());
}

}  // namespace weir
