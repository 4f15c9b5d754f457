#include "config/setting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "base/text.hpp"
#include "tokens/encodings.hpp"

namespace weir::config {
namespace {

template <class>
struct member_type;
template <class T>
struct member_type<T settings::*> {
  using type = T;
};

template <auto Member, std::uint64_t Least, std::uint64_t Most>
result<void> set_number(settings& s, std::string_view text) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  if (!whole || number < Least || number > Most) {
    return error{
        joined({"must be a whole number from ", std::to_string(Least), " to ", std::to_string(Most)})};
  }
  s.*Member = static_cast<typename member_type<decltype(Member)>::type>(number);
  return {};
}
template <auto Member>
std::string show_number(const settings& s) {
  return std::to_string(s.*Member);
}

template <auto Member>
result<void> set_text(settings& s, std::string_view text) {
  s.*Member = text;
  return {};
}
template <auto Member>
std::string show_text(const settings& s) {
  return s.*Member;
}

result<void> set_bypass(settings& s, std::string_view text) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return equal_ignoring_case(text, word); });
  };
  const bool on = is_one_of({"1", "true", "yes", "on"});
  if (!on && !is_one_of({"", "0", "false", "no", "off"}))
    return error{"must be 1 (or true, yes, on) or 0 (or false, no, off)"};
  s.bypass_limiter = on;
  return {};
}
std::string show_bypass(const settings& s) { return s.bypass_limiter ? "1" : "0"; }

// Checks only the scheme; the URL is parsed where it is used. No part of it is quoted, because it may hold a
// password.
result<void> set_redis_url(settings& s, std::string_view text) {
  if (text.starts_with("rediss://"))
    return error{"must be redis:// or unix://: TLS to Redis (rediss://) is not supported yet"};
  if (!text.empty() && !text.starts_with("redis://") && !text.starts_with("unix://")) {
    return error{"must be redis://[user:password@]host:port/db or unix:///path?db=0"};
  }
  s.redis_url = text;
  return {};
}

result<void> set_host(settings& s, std::string_view text) {
  if (text.empty()) return error{"must be an address to listen on, such as 127.0.0.1 or 0.0.0.0"};
  s.host = text;
  return {};
}

result<void> set_node_id(settings& s, std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (text.size() > 128 || !printable)
    return error{"must be at most 128 letters, digits or punctuation characters, without spaces"};
  s.node_id = text;
  return {};
}

result<void> set_encoding(settings& s, std::string_view text) {
  const auto found = tokens::find_encoding(text);
  if (!found) return error{"must be o200k_base, cl100k_base or o200k_harmony"};
  s.default_encoding = *found;
  return {};
}
std::string show_encoding(const settings& s) { return std::string(tokens::name(s.default_encoding)); }

constexpr std::uint64_t an_hour_ms = 3'600'000;

template <auto Member, std::uint64_t Least, std::uint64_t Most>
constexpr setting number(std::string_view flag, std::string_view variable, std::string_view help) {
  return {flag, variable, "N", help, set_number<Member, Least, Most>, show_number<Member>};
}

constexpr auto table = std::to_array<setting>({
    {"--redis", "REDIS_URL", "[URL]",
     "share the limits with all nodes on this Redis: redis://[user:password@]host:port/db or "
     "unix:///path?db=0; the flag without a value means redis://localhost:6379/0. Without this setting the "
     "store is embedded and the limits are this node's alone",
     set_redis_url, show_text<&settings::redis_url>, setting::value_of::optional, "redis://localhost:6379/0",
     true},
    {"--api-keys-file", "API_KEYS_FILE", "FILE", "file with the keys and their limits (YAML); empty: no file",
     set_text<&settings::api_keys_file>, show_text<&settings::api_keys_file>},
    {"--api-keys",
     "API_KEYS",
     "YAML",
     "the same YAML inline; its entries replace those of the file. Set it in the environment rather than on "
     "the command line",
     set_text<&settings::api_keys>,
     show_text<&settings::api_keys>,
     setting::value_of::required,
     {},
     true},
    number<&settings::window_seconds, 1, 3600>("--window-seconds", "WINDOW_SECONDS",
                                               "length W of the window in seconds: a limit holds in any W "
                                               "consecutive seconds; the same on all nodes "
                                               "of a Redis"),
    {"--node-id", "NODE_ID", "NAME", "name of this node in responses; default hostname:port", set_node_id,
     show_text<&settings::node_id>},
    {"--bypass-limiter", "BYPASS_LIMITER", "[=0|1]",
     "1: check keys, but limit nothing and account for nothing", set_bypass, show_bypass,
     setting::value_of::by_equals, "1"},
    {"--host", "HOST", "ADDRESS", "address to listen on", set_host, show_text<&settings::host>},
    number<&settings::port, 0, 65535>("--port", "PORT",
                                      "port to listen on; 0: any free port, which the startup log names"),
    number<&settings::workers, 0, 256>("--workers", "WORKERS",
                                       "worker threads, each with an event loop of its own; 0: one per core"),
    number<&settings::default_output_tokens, 1, 4'294'967'294>(
        "--default-output-tokens", "DEFAULT_OUTPUT_TOKENS",
        "output tokens reserved and allowed for a request without a cap; never more than the limit of its "
        "key"),
    {"--default-encoding", "DEFAULT_ENCODING", "NAME",
     "encoding of models whose encoding is unknown: o200k_base, cl100k_base or o200k_harmony", set_encoding,
     show_encoding},
    number<&settings::max_body_bytes, 1024, 1U << 30U>("--max-body-bytes", "MAX_BODY_BYTES",
                                                       "largest request body in bytes; larger ones get 413"),
    number<&settings::max_connections, 1, 1'000'000>(
        "--max-connections", "MAX_CONNECTIONS", "most connections over all workers; further ones get 503"),
    number<&settings::header_timeout_ms, 1, an_hour_ms>(
        "--header-timeout-ms", "HEADER_TIMEOUT_MS",
        "the head of a request must arrive within this many milliseconds of its first byte"),
    number<&settings::body_timeout_ms, 1, an_hour_ms>(
        "--body-timeout-ms", "BODY_TIMEOUT_MS",
        "each 64 KiB of a request body must arrive within this many milliseconds"),
    number<&settings::idle_timeout_ms, 1, an_hour_ms>(
        "--idle-timeout-ms", "IDLE_TIMEOUT_MS",
        "a connection without a request is closed after this many milliseconds"),
    number<&settings::write_timeout_ms, 1, an_hour_ms>(
        "--write-timeout-ms", "WRITE_TIMEOUT_MS",
        "the client must take each 64 KiB of a response within this many milliseconds"),
    number<&settings::store_deadline_ms, 1, 60'000>(
        "--store-deadline-ms", "STORE_DEADLINE_MS",
        "a request that the store has not decided within this many milliseconds gets 503"),
    number<&settings::shutdown_seconds, 1, 3600>(
        "--shutdown-seconds", "SHUTDOWN_SECONDS",
        "requests in flight have this many seconds to end after SIGTERM or Ctrl-C"),
    {"--key-id-secret",
     "KEY_ID_SECRET",
     "TEXT",
     "makes key ids unguessable: HMAC(KEY_ID_SECRET, SHA-256(key)); the same on all nodes. Set it in the "
     "environment rather than on the command line",
     set_text<&settings::key_id_secret>,
     show_text<&settings::key_id_secret>,
     setting::value_of::required,
     {},
     true},
    number<&settings::mock_completion_tokens, 1, 100'000>(
        "--mock-completion-tokens", "MOCK_COMPLETION_TOKENS",
        "output tokens of each completion of the mock, unless the cap of the request is lower"),
    number<&settings::mock_delay_ms, 0, 600'000>(
        "--mock-delay-ms", "MOCK_DELAY_MS",
        "the mock waits this many milliseconds before it sends its completion"),
});

}  // namespace

std::span<const setting> all_settings() { return table; }

result<void> set_one(settings& into, const setting& which, std::string_view name, std::string_view text) {
  const auto valid = which.set(into, text);
  if (valid) return {};
  if (text.empty()) return error{joined({name, " is empty: ", valid.error().message})};
  const bool quotable = !which.secret && text.size() <= 64;
  return error{joined({name, quotable ? "=" : "", quotable ? text : "", ": ", valid.error().message})};
}

}  // namespace weir::config
