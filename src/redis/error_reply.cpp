#include "redis/error_reply.hpp"

#include <array>

namespace weir::redis {
namespace {

struct row {
  std::string_view code;
  error_meaning meaning;
};

constexpr std::array<row, 14> rows{{
    {"NOSCRIPT", error_meaning::no_script},
    {"LOADING", error_meaning::not_run},
    {"BUSY", error_meaning::not_run},
    {"OOM", error_meaning::not_run},
    {"NOREPLICAS", error_meaning::not_run},
    {"MISCONF", error_meaning::not_run},
    {"CLUSTERDOWN", error_meaning::not_run},
    {"NOPERM", error_meaning::not_run},
    {"NOAUTH", error_meaning::moved_on},
    {"READONLY", error_meaning::moved_on},
    {"MASTERDOWN", error_meaning::moved_on},
    {"MOVED", error_meaning::moved_on},
    {"ASK", error_meaning::moved_on},
    {"CROSSSLOT", error_meaning::not_run},
}};

}  // namespace

error_meaning classify_error(std::string_view text) {
  if (text.find("@user_script") != std::string_view::npos) return error_meaning::unknown;
  const std::string_view code = text.substr(0, text.find(' '));
  for (const auto& r : rows)
    if (r.code == code) return r.meaning;
  return error_meaning::unknown;
}

}  // namespace weir::redis
