// One request and its response, as a handler sees them: without sockets and parsers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"

namespace weir::http {

// The fields of a request's head that handlers need. The views live until the exchange ends.
struct request_head {
  std::string_view method;         // "POST"
  std::string_view target;         // as sent, with its query: "/v1/models?x=1"
  std::string_view path;           // the path of the target, without the query; absolute-form is resolved
  std::string_view authorization;  // empty where absent
  std::string_view content_type;
  std::string_view content_encoding;
  std::optional<std::uint64_t> content_length;  // absent where the body is chunked or there is none
  bool has_body = false;
};

// A whole body. At least 64 bytes behind it are readable (the padding that simdjson needs).
struct padded_view {
  const char* data = nullptr;
  std::size_t size = 0;
  std::string_view text() const { return {data, size}; }
};

// Why a body or a whole request could not be read. Every value except `disconnected` has a response, which
// closes the connection.
enum class request_error : std::uint8_t {
  malformed,             // 400: not HTTP/1.x (RFC 9112)
  smuggled,              // 400: framing that two servers could read differently
  headers_too_large,     // 431
  body_too_large,        // 413
  timeout,               // 408: the head or the body was not complete in time
  over_budget,           // 503: this worker's memory for bodies is in use
  too_many_connections,  // 503
  unsupported_version,   // 505
  expectation,           // 417: an Expect other than 100-continue
  disconnected,          // the client has gone, so there is no response
};
inline constexpr std::size_t request_error_count = 10;

// The name in metrics.
constexpr std::string_view name(request_error e) {
  switch (e) {
    case request_error::malformed: return "malformed";
    case request_error::smuggled: return "smuggled";
    case request_error::headers_too_large: return "headers_too_large";
    case request_error::body_too_large: return "body_too_large";
    case request_error::timeout: return "timeout";
    case request_error::over_budget: return "over_budget";
    case request_error::too_many_connections: return "too_many_connections";
    case request_error::unsupported_version: return "unsupported_version";
    case request_error::expectation: return "expectation";
    case request_error::disconnected: return "disconnected";
  }
  return "unknown";
}

// A response that a handler fills. The strings keep their capacity over the requests of a connection.
struct response {
  unsigned status = 200;
  std::string_view content_type = "application/json";  // static storage
  std::string headers;                                 // further header lines, each "name: value\r\n"
  std::string body;
  bool close = false;  // close the connection after this response

  void clear() {
    status = 200;
    content_type = "application/json";
    headers.clear();
    body.clear();
    close = false;
  }
};

// Owned by the connection and valid until handler::serve() returns.
class exchange {
 public:
  virtual ~exchange() = default;
  virtual const request_head& head() const = 0;
  // Reads the whole body, after sending "100 Continue" where the client expects it. Ready at once where the
  // body came with the head. Call at most once.
  virtual awaitable<result<padded_view, request_error>> body(std::size_t limit_bytes) = 0;
  // The response to this request, empty at first.
  virtual http::response& response() = 0;
  // Sends response() in one write. The connection adds Content-Length, Connection and Date. False where the
  // client has gone. Call at most once.
  virtual awaitable<bool> send() = 0;
};

// Serves the requests of a listener. One object per worker.
class handler {
 public:
  virtual ~handler() = default;
  // Must have called send(), or learned that the client has gone, when it returns.
  virtual awaitable<void> serve(exchange&) = 0;
  // Fills status and body of the response to a request that could not be read.
  virtual void on_request_error(request_error why, http::response& response) noexcept = 0;
};

}  // namespace weir::http
