// One request on a connection, as the gate sees it: no sockets, no parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"

namespace weir::http {

// What the gate reads of a request's head. Views live until the exchange ends.
struct request_head {
  std::string_view method;         // "POST"
  std::string_view target;         // as sent, with its query: "/v1/models?x=1"
  std::string_view path;           // the target up to '?' (absolute-form and fragments resolved)
  std::string_view authorization;  // empty where absent
  std::string_view content_type;
  std::string_view content_encoding;
  std::optional<std::uint64_t> content_length;  // absent: chunked, or no body
  bool has_body = false;
};

// The body, whole. At least 64 readable bytes (simdjson's padding) lie behind size.
struct padded_view {
  const char* data = nullptr;
  std::size_t size = 0;
  std::string_view text() const { return {data, size}; }
};

// Why there is no body, or no request at all. Each is answered (but `disconnected`) and closes the
// connection.
enum class refusal : std::uint8_t {
  malformed,             // 400: not HTTP/1.x as RFC 9112 has it
  smuggled,              // 400: framing that two servers could read differently
  headers_too_large,     // 431
  body_too_large,        // 413
  timeout,               // 408: head or body not complete in time
  over_budget,           // 503: this worker holds as many body bytes as it may
  too_many_connections,  // 503
  unsupported_version,   // 505
  expectation,           // 417: an Expect other than 100-continue
  disconnected,          // nobody left to answer
};

// An answer being written. The strings keep their capacity over the requests of a connection.
struct answer {
  unsigned status = 200;
  std::string_view content_type = "application/json";  // static storage
  std::string headers;                                 // further header lines, each "name: value\r\n"
  std::string body;
  bool close = false;  // close the connection after this answer

  void clear() {
    status = 200;
    content_type = "application/json";
    headers.clear();
    body.clear();
    close = false;
  }
};

// Owned by the connection; valid until handler::serve returns.
class exchange {
 public:
  virtual ~exchange() = default;
  virtual const request_head& head() const = 0;
  // Reads the whole body (sends "100 Continue" first where asked for). Ready at once if it came with the
  // head. Call once.
  virtual awaitable<result<padded_view, refusal>> body(std::size_t limit_bytes) = 0;
  // This request's answer, empty at first.
  virtual answer& reply() = 0;
  // Writes head and body of reply() in one write. Content-Length, Connection and Date are the connection's to
  // add. False: the peer is gone. Call once.
  virtual awaitable<bool> send() = 0;
};

// What a listener serves. One object per worker.
class handler {
 public:
  virtual ~handler() = default;
  // Must have called send() (or learned that nobody is left) when it returns.
  virtual awaitable<void> serve(exchange&) = 0;
  // Fills the answer to what could not be read as a request (status and body).
  virtual void refuse(refusal why, answer&) noexcept = 0;
};

}  // namespace weir::http
