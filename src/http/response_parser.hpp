// Parses responses with Beast's HTTP/1 grammar and keeps the status, the fields as views, and the body.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace weir::http {

// A received response. The views live until the connection's next request.
struct client_response {
  unsigned status = 0;
  bool keep_alive = false;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  // as sent, in order
  std::string_view body;

  // The first field of this name, in any ASCII case; empty where absent.
  std::string_view field(std::string_view name) const;
};

// For one message; each message needs a new object. Fields and body go into objects that the caller reuses.
class response_parser final : private boost::beast::http::basic_parser<false> {
  using base = boost::beast::http::basic_parser<false>;

 public:
  // Clears `into` and `body`, which must outlive the parser.
  response_parser(client_response& into, std::string& body, std::size_t body_limit);

  // Parses bytes, beginning with the first unused one. Returns the number of bytes used; it stops behind the
  // head once. Call it again with the rest and more bytes until done(). The bytes of the head must stay where
  // they are as long as the fields are read. Empty where this is not HTTP, or too large.
  std::optional<std::size_t> parse(std::string_view bytes);
  // The peer has closed the connection. True where that ends the response properly.
  bool parse_end();

  bool head_done() const { return base::is_header_done(); }
  bool done() const { return base::is_done(); }
  // An interim response such as 100 Continue: the final response is still to come.
  bool interim() const { return done() && into_.status / 100 == 1; }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override {
    into_.status = static_cast<unsigned>(code);
  }
  void on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code&) override;
  void on_header_impl(error_code&) override { head_over_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override;
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override;
  void on_finish_impl(error_code&) override { into_.keep_alive = base::keep_alive(); }

  client_response& into_;
  std::string& body_;
  bool head_over_ = false;  // further fields are trailers
};

}  // namespace weir::http
