#include "redis/url.hpp"

#include <charconv>
#include <optional>

namespace weir::redis {
namespace {

constexpr std::string_view forms = "redis://[user:password@]host:port/db or unix:///path?db=0";

error wrong(std::string_view what) {
  std::string message(what);
  message += "; the form is ";
  message += forms;
  return {std::move(message)};
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// RFC 3986 section 2.1. A NUL is an error, since neither a path nor a password may contain one.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

// Removes "user:password@" from the front of `rest`, which ends at the end of the authority.
result<void> read_user(std::string_view& rest, endpoint& to) {
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string_view info = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const auto colon = info.find(':');
  const auto user = decode(info.substr(0, colon));
  const auto password = colon == std::string_view::npos ? std::string() : decode(info.substr(colon + 1));
  if (!user || !password) return wrong("user or password is not percent-encoded correctly");
  if (password->empty()) return wrong("a user needs a password (a password alone is written :password@)");
  to.user = *user;
  to.password = *password;
  return {};
}

result<void> read_database(std::string_view text, endpoint& to) {
  const auto n = number(text, 1'000'000);
  if (!n) return wrong("the database must be a number");
  to.database = *n;
  return {};
}

// "host", "host:port", "[::1]:port".
result<void> read_host(std::string_view text, endpoint& to) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return wrong("the closing bracket of the IPv6 address is missing");
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port[0] != ':') return wrong("only :port may follow an IPv6 address");
    has_port = !port.empty();
    if (has_port) port.remove_prefix(1);
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
    if (host.find(':') != std::string_view::npos) return wrong("an IPv6 address must be in brackets");
  }
  if (host.empty()) return wrong("the host is missing");
  const auto n = has_port ? number(port, 65535) : std::optional<unsigned>(6379);
  if (!n || *n == 0) return wrong("the port must be a number from 1 to 65535");
  to.host = host;
  to.port = static_cast<std::uint16_t>(*n);
  return {};
}

result<endpoint> parse_tcp(std::string_view rest) {
  endpoint to;
  if (rest.find('?') != std::string_view::npos) return wrong("a redis:// URL takes no parameters");
  const auto slash = rest.find('/', rest.rfind('@') == std::string_view::npos ? 0 : rest.rfind('@'));
  std::string_view authority = rest.substr(0, slash);
  if (const auto user = read_user(authority, to); !user) return user.error();
  if (const auto host = read_host(authority, to); !host) return host.error();
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return to;
  if (const auto db = read_database(rest.substr(slash + 1), to); !db) return db.error();
  return to;
}

result<endpoint> parse_unix(std::string_view rest) {
  endpoint to;
  if (const auto question = rest.rfind('?'); question != std::string_view::npos) {
    const std::string_view query = rest.substr(question + 1);
    if (!query.starts_with("db=")) return wrong("the only parameter is db");
    if (const auto db = read_database(query.substr(3), to); !db) return db.error();
    rest = rest.substr(0, question);
  }
  std::string_view authority =
      rest.substr(0, rest.find('/', rest.rfind('@') == std::string_view::npos ? 0 : rest.rfind('@')));
  const std::string_view path = rest.substr(authority.size());
  if (const auto user = read_user(authority, to); !user) return user.error();
  if (!authority.empty()) return wrong("a unix:// URL has no host: write three slashes before the path");
  const auto decoded = decode(path);
  if (!decoded) return wrong("the path is not percent-encoded correctly");
  if (decoded->size() < 2) return wrong("the path of the socket is missing");
  if (decoded->size() > 107) return wrong("the path of a socket has at most 107 bytes");
  to.path = *decoded;
  return to;
}

}  // namespace

std::string endpoint::describe() const {
  const std::string db = std::to_string(database);
  if (is_unix()) return "unix:" + path + "?db=" + db;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/" + db;
}

result<endpoint> parse_url(std::string_view url) {
  constexpr std::string_view tcp = "redis://", tls = "rediss://", local = "unix://";
  if (url.starts_with(tls)) return wrong("TLS (rediss://) is not supported");
  if (url.starts_with(tcp)) return parse_tcp(url.substr(tcp.size()));
  if (url.starts_with(local)) return parse_unix(url.substr(local.size()));
  return wrong("it must begin with redis:// or unix://");
}

}  // namespace weir::redis
