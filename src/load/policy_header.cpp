#include "load/policy_header.hpp"

#include <charconv>
#include <optional>

namespace weir::load {
namespace {

// Removes the part of `text` up to the first `at` and returns it without `at`.
std::string_view cut(std::string_view& text, char at) {
  const std::size_t end = text.find(at);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return head;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<limit::metric> metric_of(std::string_view quoted) {
  if (quoted == "\"requests\"") return limit::metric::requests;
  if (quoted == "\"input-tokens\"") return limit::metric::input_tokens;
  if (quoted == "\"output-tokens\"") return limit::metric::output_tokens;
  return std::nullopt;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct item {
  std::optional<limit::metric> which;
  std::optional<std::uint32_t> quota, window;
};

item read_item(std::string_view text) {
  item it{.which = metric_of(trim(cut(text, ';'))), .quota = {}, .window = {}};
  while (!text.empty()) {
    std::string_view parameter = trim(cut(text, ';'));
    const std::string_view name = cut(parameter, '=');
    if (name == "q") it.quota = number(parameter);
    if (name == "w") it.window = number(parameter);
  }
  return it;
}

}  // namespace

policy_header read_policy_header(std::string_view header) {
  policy_header p;
  while (!header.empty()) {
    const item it = read_item(cut(header, ','));
    if (!it.which || !it.quota || it.window.value_or(0) == 0) continue;
    p.limits[*it.which] = *it.quota;
    if (!p.has_limits()) p.window_seconds = *it.window;
  }
  return p;
}

}  // namespace weir::load
