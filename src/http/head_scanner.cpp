#include "http/head_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "http/server_options.hpp"

namespace weir::http {
namespace {

bool begins_method(char c) { return c > ' ' && c < 0x7f; }
bool begins_fold(char c) { return c == ' ' || c == '\t'; }

}  // namespace

result<std::size_t, request_error> head_scanner::scan(std::string_view bytes) {
  while (seen_ < bytes.size()) {
    const auto* lf = static_cast<const char*>(std::memchr(bytes.data() + seen_, '\n', bytes.size() - seen_));
    const std::size_t next = lf ? static_cast<std::size_t>(lf - bytes.data()) + 1 : bytes.size();
    const char first = bytes[line_];
    if (line_ == start_ && first != '\r' && !begins_method(first)) return request_error::malformed;
    if (line_ != start_ && begins_fold(first)) return request_error::smuggled;
    seen_ = next;
    if (!lf) break;
    if (next < line_ + 2 || bytes[next - 2] != '\r') return request_error::malformed;  // a bare LF
    const bool empty = next == line_ + 2;
    const bool leading = line_ == start_;
    line_ = next;
    if (empty && leading) {
      start_ = next;
    } else if (empty) {
      if (next > head_limit_bytes) return request_error::headers_too_large;
      return next;
    }
  }
  if (bytes.size() >= head_limit_bytes) return request_error::headers_too_large;
  return std::size_t{0};
}

}  // namespace weir::http
