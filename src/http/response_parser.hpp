// The client's codec: Beast's HTTP/1 grammar for answers, keeping the status, the fields as views and the
// body.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace weir::http {

// An answer as received. Views live until the connection's next request.
struct response {
  unsigned status = 0;
  bool keep_alive = false;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  // as sent, in order
  std::string_view body;

  // The first field of that name (ASCII case apart), empty where absent.
  std::string_view field(std::string_view name) const;
};

// Serves one message; a new object per message. Fields and body go into what the caller keeps over many of
// them.
class response_parser final : private boost::beast::http::basic_parser<false> {
  using base = boost::beast::http::basic_parser<false>;

 public:
  // `into` and `body` are cleared, and outlive this.
  response_parser(response& into, std::string& body, std::size_t body_limit);

  // Offers bytes from the first that is not used up. Returns how many of them are now: stops behind the head
  // once; else come again with more behind the rest, until done(). The head's bytes stay where they are as
  // long as the fields are read. Nothing: this is not HTTP, or too big.
  std::optional<std::size_t> parse(std::string_view bytes);
  // The peer has closed: true if that ends the answer in order.
  bool parse_end();

  bool head_done() const { return base::is_header_done(); }
  bool done() const { return base::is_done(); }
  // 100 Continue and its kind: the answer proper is still to come.
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

  response& into_;
  std::string& body_;
  bool head_over_ = false;  // what follows are trailers
};

}  // namespace weir::http
