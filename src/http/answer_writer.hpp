// Formats an answer into one reused string, so that it leaves in one write.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/ticker.hpp"

namespace weir::http {

// "date: Tue, 24 Nov 2026 20:01:07 GMT\r\n", made anew once a second by the ticker.
class date_line final : private timed {
 public:
  explicit date_line(ticker& by);
  std::string_view text() const { return {text_.data(), text_.size()}; }

  static constexpr std::size_t length = 37;

 private:
  void expired() override;
  std::array<char, length> text_{};
};

// Writes `seconds` since 1970 as an HTTP date line (RFC 9110 section 5.6.7).
std::array<char, date_line::length> format_date_line(std::int64_t seconds);

// How the connection goes on after the answer: HTTP/1.1 keeps it open unless told, HTTP/1.0 the other way
// round.
enum class connection_line : unsigned char { none, close, keep_alive };

// Replaces `out`: status line, content-type, content-length, date, connection, the answer's own headers, and
// the body unless `no_body` (HEAD asked).
void write_answer(std::string& out, const answer& what, std::string_view date, connection_line after,
                  bool no_body);

}  // namespace weir::http
