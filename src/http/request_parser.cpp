#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <cstring>

#include "http/server_options.hpp"

namespace weir::http {
namespace {

namespace beast_http = boost::beast::http;
using beast_http::error;
using beast_http::field;

// The end of a chunked body has at least "0\r\n\r\n". Beast 1.81 asserts (in debug builds) where it gets less
// of the last chunk.
constexpr std::size_t shortest_end = 5;

std::string_view view(boost::beast::string_view s) { return {s.data(), s.size()}; }

bool same(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The characters of a reg-name, an address and a port (RFC 3986 section 3.2.2).
bool host_like(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::strchr("-._~%!$&'()*+,;=:[]", c) != nullptr);
  });
}

bool ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The path of an origin-form, absolute-form or asterisk-form target (RFC 9112 section 3.2); empty for other
// targets.
std::string_view path_of(std::string_view target, std::string_view method) {
  std::string_view rest = target;
  if (rest == "*") return method == "OPTIONS" ? rest : std::string_view{};
  if (rest.front() != '/') {
    const std::size_t scheme = same(rest.substr(0, 7), "http://")    ? 7
                               : same(rest.substr(0, 8), "https://") ? 8
                                                                     : 0;
    if (scheme == 0) return {};
    rest.remove_prefix(scheme);
    const std::size_t authority = std::min(rest.find_first_of("/?#"), rest.size());
    if (authority == 0 || !host_like(rest.substr(0, authority))) return {};
    rest.remove_prefix(authority);
    if (rest.empty() || rest.front() != '/') return "/";
  }
  return rest.substr(0, std::min(rest.find_first_of("?#"), rest.size()));
}

// True where the request line is valid except for an HTTP version that is not supported.
bool names_another_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  if (line.size() < 9 || std::count(line.begin(), line.end(), ' ') != 2) return false;
  const std::string_view v = line.substr(line.size() - 9);
  return v.substr(0, 6) == " HTTP/" && all_digits(v.substr(6, 1)) && v[7] == '.' && all_digits(v.substr(8));
}

}  // namespace

request_parser::request_parser() {
  header_limit(head_limit_bytes + 1);
  body_limit(boost::none);  // the connection checks Content-Length and reads such bodies
  eager(true);
}

std::optional<request_error> request_parser::parse(std::string_view head) {
  error_code ec;
  eager(false);  // stop behind the head
  const std::size_t used = put(boost::asio::const_buffer(head.data(), head.size()), ec);
  eager(true);
  if (error_) return error_;
  if (ec) return translate(ec, head);
  if (used != head.size() || !is_header_done()) return request_error::malformed;
  return std::nullopt;
}

result<std::size_t, request_error> request_parser::decode(std::string_view raw, body_buffer& into,
                                                          std::size_t limit) {
  if (chunk_left_ == 0 && raw.size() < shortest_end) return std::size_t{0};
  into_ = &into;
  if (!limited_) body_limit(limit);  // Beast counts down from it
  limited_ = true;
  error_code ec;
  const std::size_t used = put(boost::asio::const_buffer(raw.data(), raw.size()), ec);
  if (error_) return *error_;
  if (ec == error::body_limit) return request_error::body_too_large;
  if (ec && ec != error::need_more) return request_error::malformed;
  return used;
}

void request_parser::on_request_impl(beast_http::verb, string_view method, string_view target, int version,
                                     error_code& ec) {
  version_ = version;
  head_.method = view(method);
  head_.target = view(target);
  head_.path = path_of(head_.target, head_.method);
  if (head_.path.empty() || !ascii(head_.target)) fail(request_error::malformed, ec);
}

void request_parser::on_field_impl(field name, string_view, string_view raw, error_code& ec) {
  if (++fields_ > head_limit_fields) return fail(request_error::headers_too_large, ec);
  if (head_done_) return;  // a trailer field, which is ignored
  const std::string_view value = view(raw);
  switch (name) {
    case field::authorization: return once(head_.authorization, value, authorized_, ec);
    case field::content_type: return once(head_.content_type, value, typed_, ec);
    case field::content_encoding: head_.content_encoding = value; return;
    case field::host:
    case field::content_length:
    case field::transfer_encoding: return on_framing(name, value, ec);
    case field::expect:
      if (!same(value, "100-continue")) return fail(request_error::expectation, ec);
      expects_continue_ = !http_1_0();
      return;
    default: return;
  }
}

void request_parser::on_framing(field name, std::string_view value, error_code& ec) {
  bool good = true;
  if (name == field::host) {
    if (++hosts_ > 1 || !host_like(value)) return fail(request_error::malformed, ec);
  } else if (name == field::content_length) {
    good = ++lengths_ == 1 && all_digits(value);
  } else {
    good = ++codings_ == 1 && same(value, "chunked") && !http_1_0();
  }
  if (!good || (lengths_ > 0 && codings_ > 0)) fail(request_error::smuggled, ec);
}

void request_parser::on_header_impl(error_code& ec) {
  head_done_ = true;
  if (hosts_ == 0 && !http_1_0()) return fail(request_error::malformed, ec);
  if (const auto length = content_length()) head_.content_length = *length;
  head_.has_body = chunked() || head_.content_length.value_or(0) > 0;
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t remain, string_view body, error_code& ec) {
  chunk_left_ = remain - body.size();
  if (!into_->append(view(body))) fail(request_error::over_budget, ec);
  return body.size();
}

void request_parser::once(std::string_view& slot, std::string_view value, bool& seen, error_code& ec) {
  if (seen) return fail(request_error::malformed, ec);
  seen = true;
  slot = value;
}

void request_parser::fail(request_error why, error_code& ec) {
  error_ = why;
  ec = error::bad_field;  // any error stops the parser
}

request_error request_parser::translate(const error_code& ec, std::string_view head) const {
  if (ec == error::header_limit) return request_error::headers_too_large;
  if (ec == error::bad_version && names_another_version(head)) return request_error::unsupported_version;
  if (ec == error::bad_content_length || ec == error::multiple_content_length ||
      ec == error::bad_transfer_encoding) {
    return request_error::smuggled;
  }
  return request_error::malformed;
}

}  // namespace weir::http
