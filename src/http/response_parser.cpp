#include "http/response_parser.hpp"

#include <boost/beast/core/string.hpp>

namespace weir::http {
namespace {

constexpr std::uint32_t response_head_limit_bytes = 32U << 10;

std::string_view view(boost::beast::string_view s) { return {s.data(), s.size()}; }

}  // namespace

std::string_view client_response::field(std::string_view name) const {
  for (const auto& [one, value] : fields) {
    if (one.size() == name.size() &&
        boost::beast::iequals({one.data(), one.size()}, {name.data(), name.size()}))
      return value;
  }
  return {};
}

response_parser::response_parser(client_response& into, std::string& body, std::size_t body_limit_bytes)
    : into_(into), body_(body) {
  into_.status = 0;
  into_.keep_alive = false;
  into_.fields.clear();
  into_.body = {};
  body_.clear();
  header_limit(response_head_limit_bytes);
  body_limit(body_limit_bytes);
}

std::optional<std::size_t> response_parser::parse(std::string_view bytes) {
  error_code ec;
  eager(head_done());
  const std::size_t used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != boost::beast::http::error::need_more) return std::nullopt;
  return used;
}

bool response_parser::parse_end() {
  error_code ec;
  if (!base::got_some()) return false;
  put_eof(ec);
  return !ec && done();
}

void response_parser::on_field_impl(boost::beast::http::field, string_view name, string_view value,
                                    error_code&) {
  if (!head_over_) into_.fields.emplace_back(view(name), view(value));
}

std::size_t response_parser::on_body_impl(string_view bytes, error_code&) {
  body_.append(bytes.data(), bytes.size());
  return bytes.size();
}

std::size_t response_parser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) {
  body_.append(bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace weir::http
