// One line per event on stderr: text for a terminal, JSON otherwise. Nothing in it may hold an API key.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

enum class severity { info, warning, error };

// A named value of an event: text that is quoted as needed when written.
struct log_field {
  std::string_view name;
  std::string value;
};

// Thread-safe; each event is written whole. The interface is what rooms take, so that tests read events as
// values.
class event_log {
 public:
  virtual ~event_log() = default;
  // `event` is a sentence in the house's words ("redis is reachable again").
  virtual void write(severity, std::string_view event, std::initializer_list<log_field> fields = {}) = 0;
};

// Writes to stderr with time and severity; `json` chooses one JSON object a line.
std::unique_ptr<event_log> make_stderr_log(bool json);

}  // namespace weir
