// Where a Redis is and who we are to it, read from REDIS_URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace weir::redis {

// A TCP host and port, or a Unix socket's path (then host is empty).
struct endpoint {
  std::string host;
  std::uint16_t port = 6379;
  std::string path;
  std::string user, password;  // empty: none
  unsigned database = 0;

  bool is_unix() const { return !path.empty(); }
  // For logs and health: "host:port/db" or "unix:/path?db=0", never user or password.
  std::string describe() const;
};

// Reads `redis://[[user]:password@]host[:port][/db]` and `unix://[[user]:password@]/path[?db=0]`; user,
// password and path may be percent-encoded. The error says what is wrong and what would be right, not where
// the URL was given, and quotes nothing of its user or password.
result<endpoint> parse_url(std::string_view url);

}  // namespace weir::redis
