// One setting: its flag and variable, its help, and the conversion between text and value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace weir::config {

struct setting {
  // The form in which a flag takes its value.
  enum class value_of : std::uint8_t {
    required,  // --port 80, --port=80
    optional,  // --redis, --redis URL, --redis=URL
    by_equals  // --bypass-limiter, --bypass-limiter=0
  };

  std::string_view flag;      // "--port"
  std::string_view variable;  // "PORT"
  std::string_view value;     // the name of its value in the help: "N"
  std::string_view help;
  // Sets it from text. The error says what would be right, without the name of the setting.
  result<void> (*set)(settings&, std::string_view text);
  // Returns its value as text; empty where there is none.
  std::string (*show)(const settings&);
  value_of takes = value_of::required;
  std::string_view bare{};  // the value of the flag alone
  bool secret = false;      // never printed
};

// All settings in the order of the help.
std::span<const setting> all_settings();

// Sets one setting from the text of its flag or variable. The error begins with `name`, which is that flag or
// variable ("--port", "PORT").
result<void> set_one(settings& into, const setting& which, std::string_view name, std::string_view text);

}  // namespace weir::config
