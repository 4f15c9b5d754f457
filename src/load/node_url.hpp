// The address of a node as --nodes names it: http://host:port.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace weir::load {

struct node_url {
  std::string url;   // as it is shown: "http://127.0.0.1:8000"
  std::string host;  // for the resolver, without the brackets of an IPv6 address
  std::string port;
  std::string authority;  // for the Host header: "127.0.0.1:8000"
  std::string base;       // the path before "/v1/…": empty, or "/prefix"
};

// Parses "http://host:port/prefix", "host:port" or "host" (port 80). The error says what would be right.
result<node_url> read_node_url(std::string_view text);

}  // namespace weir::load
