// An event log for tests that keeps each event as a line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_log.hpp"

namespace weir {

// Lines look like "warning: redis is unreachable reason=...". Not thread-safe.
class fake_log final : public event_log {
 public:
  void write(severity level, std::string_view event, std::initializer_list<log_field> fields) override {
    std::string line(level == severity::info ? "" : level == severity::warning ? "warning: " : "error: ");
    line += event;
    for (const auto& f : fields) line.append(" ").append(f.name).append("=").append(f.value);
    lines.push_back(std::move(line));
  }

  // The number of lines that contain `part`.
  std::size_t count(std::string_view part) const {
    const auto contains = [&](const std::string& line) { return line.find(part) != std::string::npos; };
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), contains));
  }

  std::vector<std::string> lines;
};

}  // namespace weir
