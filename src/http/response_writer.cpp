#include "http/response_writer.hpp"

#include <boost/beast/http/status.hpp>
#include <chrono>
#include <ctime>

#include "base/text.hpp"

namespace weir::http {
namespace {

void append_status_line(std::string& out, unsigned status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  out += "HTTP/1.1 ";
  append_number(out, status);
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\n";
}

bool bodiless(unsigned status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

date_line::date_line(deadline_ticker& by) : has_deadline(by) { on_deadline(); }

void date_line::on_deadline() {
  using namespace std::chrono;
  const auto now = system_clock::now();
  const auto second = floor<seconds>(now);
  text_ = format_date_line(second.time_since_epoch().count());
  set_deadline_at(steady_clock::now() + ceil<milliseconds>(second + seconds(1) - now));
}

std::array<char, date_line::length> format_date_line(std::int64_t seconds) {
  std::array<char, date_line::length + 1> line;  // with the NUL of strftime
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::strftime(line.data(), line.size(), "date: %a, %d %b %Y %H:%M:%S GMT\r\n",
                &parts);  // names of the "C" locale
  std::array<char, date_line::length> out;
  std::copy_n(line.begin(), out.size(), out.begin());
  return out;
}

void write_response(std::string& out, const response& what, std::string_view date, connection_line after,
                    bool no_body) {
  out.clear();
  append_status_line(out, what.status);
  if (!bodiless(what.status)) {
    out += "content-type: ";
    out += what.content_type;
    out += "\r\ncontent-length: ";
    append_number(out, what.body.size());
    out += "\r\n";
  }
  out += date;
  if (after == connection_line::close) out += "connection: close\r\n";
  if (after == connection_line::keep_alive) out += "connection: keep-alive\r\n";
  out += what.headers;
  out += "\r\n";
  if (!no_body && !bodiless(what.status)) out += what.body;
}

}  // namespace weir::http
