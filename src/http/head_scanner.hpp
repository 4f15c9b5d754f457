// Finds the end of a request's head as bytes arrive, and rejects heads that the parser would wrongly accept.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// Checks lines only: each ends in CR LF, none is folded (RFC 9112 section 5.2), and the first begins like a
// method. So the parser gets every head whole, and a peer with another protocol (TLS) is rejected at its
// first byte.
class head_scanner {
 public:
  // `bytes` are all bytes since the end of the last request; bytes that an earlier call saw are not scanned
  // again. Returns the offset behind the last CR LF of the head, or 0 while it is incomplete.
  result<std::size_t, request_error> scan(std::string_view bytes);
  // The begin of the request line; empty lines before it are skipped (RFC 9112 section 2.2).
  std::size_t start() const { return start_; }

 private:
  std::size_t start_ = 0;
  std::size_t line_ = 0;  // the begin of the present line
  std::size_t seen_ = 0;  // no LF in [line_, seen_)
};

}  // namespace weir::http
