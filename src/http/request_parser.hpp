// Parses requests with Boost.Beast's HTTP/1 grammar. Only the fields of request_head are kept, as views into
// the bytes.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "http/body_buffer.hpp"
#include "http/exchange.hpp"

namespace weir::http {

// For one message; each message needs a new object. Allocates nothing. It is stricter than Beast 1.81 where
// two servers could read the framing differently (RFC 9112 sections 6 and 11.2): Transfer-Encoding other than
// one `chunked`, or beside Content-Length, or in HTTP/1.0; a repeated or listed Content-Length; a missing,
// repeated or invalid Host; a repeated Authorization.
class request_parser final : private boost::beast::http::basic_parser<true> {
  using base = boost::beast::http::basic_parser<true>;

 public:
  request_parser();

  // Parses a whole head as head_scanner found it, with its empty line. The views of head() point into it.
  // Call once.
  std::optional<request_error> parse(std::string_view head);

  const request_head& head() const { return head_; }
  bool is_head() const { return head_.method == "HEAD"; }  // the response has no body
  bool http_1_0() const { return version_ == 10; }
  bool keep_alive() const { return base::keep_alive(); }
  bool chunked() const { return base::chunked(); }
  bool expects_continue() const { return expects_continue_; }

  // For chunked bodies, after parse(): decodes the complete part of `raw` and appends it to `into`. Returns
  // the number of bytes of `raw` that are used; the rest must be passed again with more bytes behind it. The
  // error is body_too_large once more than `limit` bytes came.
  result<std::size_t, request_error> decode(std::string_view raw, body_buffer& into, std::size_t limit);
  bool body_done() const { return base::is_done(); }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;
  using field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                       error_code&) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field, string_view name, string_view value, error_code&) override;
  void on_header_impl(error_code&) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override { chunk_left_ = size; }
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view body, error_code&) override;
  void on_finish_impl(error_code&) override {}

  void on_framing(field, std::string_view value, error_code&);
  void once(std::string_view& slot, std::string_view value, bool& seen, error_code&);
  void fail(request_error why, error_code&);
  request_error translate(const error_code&, std::string_view head) const;

  request_head head_;
  std::optional<request_error> error_;  // set by a callback
  body_buffer* into_ = nullptr;         // while decode() runs
  std::uint64_t chunk_left_ =
      0;  // the rest of the present chunk; 0 where a chunk line or the trailers come next
  int version_ = 0;
  unsigned fields_ = 0;
  unsigned hosts_ = 0, lengths_ = 0, codings_ = 0;
  bool authorized_ = false, typed_ = false;
  bool expects_continue_ = false;
  bool head_done_ = false;  // further fields are trailers
  bool limited_ = false;    // the body's limit is set
};

}  // namespace weir::http
