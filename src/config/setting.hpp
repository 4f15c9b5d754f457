// One setting: how it is called on the command line and in the environment, what it may be, and how its text
// becomes its value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace weir::config {

struct setting {
  // How a flag takes its value.
  enum class value_of : std::uint8_t {
    required,  // --port 80, --port=80
    optional,  // --redis, --redis URL, --redis=URL
    by_equals  // --bypass-limiter, --bypass-limiter=0
  };

  std::string_view flag;      // "--port"
  std::string_view variable;  // "PORT"
  std::string_view value;     // what its value is called in the help: "N"
  std::string_view help;
  // Sets it from text; the error says what would be right, without the setting's name.
  result<void> (*set)(settings&, std::string_view text);
  // Its default as text, empty where there is none.
  std::string (*show)(const settings&);
  value_of takes = value_of::required;
  std::string_view bare{};  // what the flag alone stands for
  bool secret = false;      // never printed
};

// All of them, in the order of the help.
std::span<const setting> all_settings();

// Sets one from the text of its flag or variable; `name` is which of the two ("--port", "PORT") and begins
// the error.
result<void> set_one(settings& into, const setting& which, std::string_view name, std::string_view text);

}  // namespace weir::config
