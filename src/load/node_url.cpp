#include "load/node_url.hpp"

#include <algorithm>

namespace weir::load {
namespace {

constexpr std::string_view scheme = "http://";

bool is_port(std::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() && text.size() <= 5 && std::stoul(std::string(text)) - 1 < 65'535;
}

// A name or an address without characters that end an HTTP line or have a meaning in a URL.
bool is_host(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n@?#[]/\\\"") == std::string_view::npos;
}

error wrong(std::string_view text, std::string_view why) {
  return {"--nodes " + std::string(text) + ": " + std::string(why) + "; write http://host:port"};
}

// Sets host and port of `node` from "host:port", "[::1]:port" or "host".
bool split(std::string_view authority, node_url& node) {
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return false;
  node.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  std::string_view rest = authority.substr(std::min(authority.size(), bracketed ? host_end + 1 : host_end));
  if (!rest.empty() && rest.front() != ':') return false;
  node.port = rest.empty() ? "80" : std::string(rest.substr(1));
  return true;
}

}  // namespace

result<node_url> read_node_url(std::string_view text) {
  if (text.starts_with("https://")) return wrong(text, "TLS to nodes is not supported");
  std::string_view rest = text.starts_with(scheme) ? text.substr(scheme.size()) : text;
  if (rest.find("://") != std::string_view::npos) return wrong(text, "not an http URL");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  node_url node;
  node.base = rest.substr(slash);
  while (node.base.ends_with('/')) node.base.pop_back();
  if (node.base.ends_with("/v1")) node.base.resize(node.base.size() - 3);
  if (node.base.find_first_of(" \t\r\n?#") != std::string::npos) return wrong(text, "not a path");
  node.authority = rest.substr(0, slash);
  if (!split(node.authority, node) || !is_host(node.host)) return wrong(text, "no host");
  if (!is_port(node.port)) return wrong(text, "the port is not 1 to 65535");
  node.url = std::string(scheme) + node.authority + node.base;
  return node;
}

}  // namespace weir::load
