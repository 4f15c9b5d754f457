// Formats a response into one reused string, so that it is sent in one write.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "http/deadline_ticker.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// "date: Tue, 24 Nov 2026 20:01:07 GMT\r\n", which the ticker updates once a second.
class date_line final : private has_deadline {
 public:
  explicit date_line(deadline_ticker& by);
  std::string_view text() const { return {text_.data(), text_.size()}; }

  static constexpr std::size_t length = 37;

 private:
  void on_deadline() override;
  std::array<char, length> text_{};
};

// Writes `seconds` since 1970 as an HTTP date line (RFC 9110 section 5.6.7).
std::array<char, date_line::length> format_date_line(std::int64_t seconds);

// The Connection header of a response. HTTP/1.1 keeps connections open by default, HTTP/1.0 closes them.
enum class connection_line : unsigned char { none, close, keep_alive };

// Replaces `out` by the status line, content-type, content-length, date, connection, the response's own
// headers, and the body unless `no_body` (the request was HEAD).
void write_response(std::string& out, const response& what, std::string_view date, connection_line after,
                    bool no_body);

}  // namespace weir::http
