#include "config/describe.hpp"

#include <algorithm>

#include "base/mask_key.hpp"
#include "config/setting.hpp"

namespace weir::config {
namespace {

constexpr std::string_view names[] = {"requests", "input tokens", "output tokens"};

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, out.size()), ' ');
  return out + " ";
}

std::string shown(const setting& one, const settings& s) {
  const std::string text = one.show(s);
  if (one.variable == "REDIS_URL") {
    return text.empty() ? "(none: the store is embedded, limits are this node's alone)"
                        : without_password(text);
  }
  if (one.variable == "NODE_ID" && text.empty()) return "(hostname:port)";
  if (one.variable == "WORKERS" && s.workers == 0) return "0 (one per core)";
  if (text.empty()) return "(none)";
  return one.secret ? "(set, not shown)" : text;
}

std::string per(std::uint32_t window_seconds) {
  return window_seconds == 60 ? " per minute" : " per " + std::to_string(window_seconds) + " s";
}

void append_key(std::string& out, std::size_t number, const key_entry& entry, std::string_view id,
                std::uint32_t window_seconds) {
  out += "  " + padded(std::to_string(number) + ".", 4) + padded(mask_key(entry.key), 16);
  if (!id.empty()) out.append(id).append("  ");
  for (const metric m : all_metrics) {
    if (m != metric::requests) out += ", ";
    out += describe_limit(m, entry.limits[m], window_seconds);
  }
  out += "\n";
}

}  // namespace

std::string without_password(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  const std::size_t colon = url.substr(0, at).find(':', begin);
  const std::string_view user = url.substr(begin, std::min(colon, at) - begin);
  std::string out(url.substr(0, begin));
  out += user;
  if (colon != std::string_view::npos) out += ":***";
  return out.append(url.substr(at));
}

std::string describe_limit(metric which, std::uint32_t limit, std::uint32_t window_seconds) {
  const std::string name(names[static_cast<std::size_t>(which)]);
  if (limit == limits::unlimited) return "unlimited " + name;
  return (limit == 0 ? "no" : std::to_string(limit)) + " " + name + per(window_seconds);
}

std::string describe(const settings& s, std::span<const key_entry> keys, std::span<const key_id> ids) {
  std::string out = "Settings in force:\n";
  for (const setting& one : all_settings()) out += "  " + padded(one.variable, 24) + shown(one, s) + "\n";
  if (s.bypass_limiter) out += "The limiter is bypassed: keys are checked, nothing is accounted.\n";
  if (s.window_seconds != 60) {
    out +=
        "Limits named \"per minute\" hold per " + std::to_string(s.window_seconds) + " s (WINDOW_SECONDS).\n";
  }
  out += "Keys (" + std::to_string(keys.size()) + (ids.empty() ? "):\n" : "), each with its id:\n");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    append_key(out, i + 1, keys[i], i < ids.size() ? ids[i].text() : std::string_view(), s.window_seconds);
  }
  return out;
}

}  // namespace weir::config
