// Finds the end of a request's head in the bytes as they arrive, and refuses what the parser behind it would
// let pass.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// Looks at lines only: each ends in CR LF, none is folded (RFC 9112 section 5.2), the first begins like a
// method. So the parser gets a head whole, in one piece, and a peer that speaks something else (TLS) learns
// it at its first byte.
class head_scanner {
 public:
  // `bytes`: all since the end of the last request; what an earlier call saw is not scanned again.
  // The offset behind the head's last CR LF, or 0 while it is not complete.
  result<std::size_t, refusal> scan(std::string_view bytes);
  // Where the request line begins: empty lines before it are skipped (RFC 9112 section 2.2).
  std::size_t start() const { return start_; }

 private:
  std::size_t start_ = 0;
  std::size_t line_ = 0;  // where the current line begins
  std::size_t seen_ = 0;  // no LF in [line_, seen_)
};

}  // namespace weir::http
