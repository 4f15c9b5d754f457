// One line per event on stderr: text for a terminal, JSON otherwise. Nothing in it may hold an API key.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

enum class severity { info, warning, error };

// A named value of an event, as plain text; the log escapes it.
struct log_field {
  std::string_view name;
  std::string value;
};

// Thread-safe; each event is written whole. Modules take this interface, so that tests can record events as
// values.
class event_log {
 public:
  virtual ~event_log() = default;
  // `event` says what happened, in plain words: "redis is reachable again".
  virtual void write(severity, std::string_view event, std::initializer_list<log_field> fields = {}) = 0;
};

// Writes to stderr with time and severity; `json` chooses one JSON object a line.
std::unique_ptr<event_log> make_stderr_log(bool json);

}  // namespace weir
