#include "node/describe_keys.hpp"

#include <algorithm>
#include <string_view>

#include "base/mask_key.hpp"

namespace weir::node {
namespace {

constexpr std::string_view names[] = {"requests", "input tokens", "output tokens"};

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, out.size()), ' ');
  return out + " ";
}

std::string per(std::uint32_t window_seconds) {
  return window_seconds == 60 ? " per minute" : " per " + std::to_string(window_seconds) + " s";
}

}  // namespace

std::string describe_limit(limit::metric which, std::uint32_t most, std::uint32_t window_seconds) {
  const std::string name(names[static_cast<std::size_t>(which)]);
  if (most == limit::limits::unlimited) return "unlimited " + name;
  return (most == 0 ? "no" : std::to_string(most)) + " " + name + per(window_seconds);
}

std::string describe_keys(std::span<const policy::key_entry> keys, std::span<const key_id> ids,
                          std::uint32_t window_seconds) {
  std::string out = "Keys (" + std::to_string(keys.size()) + "), each with its id:\n";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out += "  " + padded(std::to_string(i + 1) + ".", 4) + padded(mask_key(keys[i].key), 16);
    out.append(ids[i].text()).append("  ");
    for (const limit::metric m : limit::all_metrics) {
      if (m != limit::metric::requests) out += ", ";
      out += describe_limit(m, keys[i].limits[m], window_seconds);
    }
    out += '\n';
  }
  return out;
}

}  // namespace weir::node
