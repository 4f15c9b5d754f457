#include "config/describe.hpp"

#include <algorithm>

#include "config/setting.hpp"

namespace weir::config {
namespace {

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

std::string describe_settings(const settings& s) {
  std::string out = "Settings in force:\n";
  for (const setting& one : all_settings()) out += "  " + padded(one.variable, 24) + shown(one, s) + "\n";
  if (s.bypass_limiter) out += "The limiter is bypassed: keys are checked, nothing is limited.\n";
  if (s.window_seconds != 60) {
    out +=
        "Limits named \"per minute\" hold per " + std::to_string(s.window_seconds) + " s (WINDOW_SECONDS).\n";
  }
  return out;
}

}  // namespace weir::config
