// The address of a Redis and the login, parsed from REDIS_URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace weir::redis {

// A TCP host and port, or the path of a Unix socket (then host is empty).
struct endpoint {
  std::string host;
  std::uint16_t port = 6379;
  std::string path;
  std::string user, password;  // empty: none
  unsigned database = 0;

  bool is_unix() const { return !path.empty(); }
  // For logs: "host:port/db" or "unix:/path?db=0", without user and password.
  std::string describe() const;
};

// Reads `redis://[[user]:password@]host[:port][/db]` and `unix://[[user]:password@]/path[?db=0]`; user,
// password and path may be percent-encoded. The error says what is wrong and what would be right. It does not
// name the setting and quotes neither user nor password.
result<endpoint> parse_url(std::string_view url);

}  // namespace weir::redis
