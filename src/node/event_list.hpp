// For tests: a log whose events are values.
#pragma once

#include <string>
#include <vector>

#include "base/event_log.hpp"

namespace weir::node {

class event_list final : public event_log {
 public:
  void write(severity level, std::string_view event, std::initializer_list<log_field> fields) override {
    std::string line(level == severity::warning ? "warning: " : "");
    line += event;
    for (const auto& f : fields) line.append(" ").append(f.name).append("=").append(f.value);
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

}  // namespace weir::node
