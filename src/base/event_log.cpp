#include "base/event_log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_escape.hpp"

namespace weir {
namespace {

// Appends `text` for a terminal: control characters become \u00xx, so that an event stays on one line.
void append_printable(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
      continue;
    }
    out += "\\u00";
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
}

void append_text(std::string& out, std::string_view text, bool json) {
  if (json) return append_json_escaped(out, text);
  append_printable(out, text);
}

class stderr_log final : public event_log {
 public:
  explicit stderr_log(bool json)
      : json_(json), logger_("weir", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern(
        json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%d %H:%M:%S.%e %l: %v",
        json ? spdlog::pattern_time_type::utc : spdlog::pattern_time_type::local);
    logger_.flush_on(spdlog::level::info);
  }

  void write(severity level, std::string_view event, std::initializer_list<log_field> fields) override {
    std::string line = json_ ? "\"event\":\"" : "";
    append_text(line, event, json_);
    if (json_) line += '"';
    for (const auto& field : fields) {
      line += json_ ? ",\"" : ", ";
      line += field.name;
      line += json_ ? "\":\"" : ": ";
      append_text(line, field.value, json_);
      if (json_) line += '"';
    }
    logger_.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  static spdlog::level::level_enum to_spdlog(severity level) {
    switch (level) {
      case severity::info: return spdlog::level::info;
      case severity::warning: return spdlog::level::warn;
      case severity::error: return spdlog::level::err;
    }
    return spdlog::level::err;
  }

  bool json_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<event_log> make_stderr_log(bool json) { return std::make_unique<stderr_log>(json); }

}  // namespace weir
