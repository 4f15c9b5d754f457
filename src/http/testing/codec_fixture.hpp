// Reads a request as a connection does, but without a socket: bytes in pieces of any size give one comparable
// result.
#pragma once

#include <algorithm>
#include <compare>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "http/head_scanner.hpp"
#include "http/request_parser.hpp"

namespace weir::http {

struct decoded_request {
  std::optional<request_error> refused;
  bool complete = false;  // head and body are complete
  std::string method, target, path, authorization, content_type, body;
  bool keep_alive = false, expects_continue = false;
  std::size_t used = 0;  // bytes up to the end of the request; 0 unless complete

  friend bool operator==(const decoded_request&, const decoded_request&) = default;
};

namespace codec {

inline void copy_head(const request_parser& parser, decoded_request& out) {
  out.method = parser.head().method;
  out.target = parser.head().target;
  out.path = parser.head().path;
  out.authorization = parser.head().authorization;
  out.content_type = parser.head().content_type;
  out.keep_alive = parser.keep_alive();
  out.expects_continue = parser.expects_continue();
}

inline void read_chunks(request_parser& parser, std::string_view raw, std::size_t slice, std::size_t limit,
                        decoded_request& out, std::size_t offset) {
  counter held;
  byte_budget budget(limit * 4 + (1U << 20), held);
  body_buffer body(budget);
  std::size_t used = 0;
  for (std::size_t there = std::min(slice, raw.size());; there = std::min(there + slice, raw.size())) {
    const auto more = parser.decode(raw.substr(used, there - used), body, limit);
    if (!more) {
      out.refused = more.error();
      return;
    }
    used += *more;
    if (parser.body_done() || there == raw.size()) break;
  }
  if (!parser.body_done()) return;
  out.complete = true;
  out.body = body.size() > 0 ? std::string(body.view().text()) : std::string();
  out.used = offset + used;
}

}  // namespace codec

// Reads the first request of `bytes` as if they arrived `slice` bytes at a time.
inline decoded_request decode_request(std::string_view bytes, std::size_t slice,
                                      std::size_t body_limit = 1U << 20) {
  decoded_request out;
  head_scanner scanner;
  std::size_t head = 0;
  for (std::size_t there = 0; head == 0 && there < bytes.size();) {
    there = std::min(there + slice, bytes.size());
    const auto found = scanner.scan(bytes.substr(0, there));
    if (!found) {
      out.refused = found.error();
      return out;
    }
    head = *found;
  }
  if (head == 0) return out;
  request_parser parser;
  out.refused = parser.parse(bytes.substr(scanner.start(), head - scanner.start()));
  if (out.refused) return out;
  codec::copy_head(parser, out);
  if (parser.chunked()) {
    codec::read_chunks(parser, bytes.substr(head), slice, body_limit, out, head);
    return out;
  }
  const auto length = parser.head().content_length.value_or(0);
  if (length > body_limit) {
    out.refused = request_error::body_too_large;
  } else if (length <= bytes.size() - head) {
    out.complete = true;
    out.body = bytes.substr(head, length);
    out.used = head + length;
  }
  return out;
}

}  // namespace weir::http
