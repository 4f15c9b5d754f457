#include "api/error_responses.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text_buffer.hpp"

namespace weir::api {
namespace {

// The words for a metric in OpenAI's messages: "requests per min (RPM)".
struct metric_words {
  std::string_view plural, short_name, type, remedy;
};

constexpr std::array<metric_words, limit::metric_count> words{{
    {"requests", "(RPM)", "requests", "This key may make no requests."},
    {"input tokens", "(ITPM)", "tokens", "The input tokens must be reduced in order to run successfully."},
    {"output tokens", "(OTPM)", "tokens",
     "The output tokens (max_completion_tokens times n) must be reduced in order to run successfully."},
}};

// Texts of clients are cut to this many bytes in messages, so that messages stay readable.
constexpr std::size_t shown_bytes = 64;

std::string_view shown(std::string_view text) {
  if (text.size() <= shown_bytes) return text;
  std::size_t end = shown_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

template <std::size_t N>
void put_window(text_buffer<N>& text, std::uint32_t window_seconds) {
  if (window_seconds == 60) {
    text.put(" per min ");
  } else {
    text.put(" per ").number(window_seconds).put(" s ");
  }
}

std::uint64_t ceil_ms(microseconds us) {
  return std::max<std::uint64_t>(1, (static_cast<std::uint64_t>(us.count()) + 999) / 1000);
}

// "Rate limit reached for gpt-4o in key 0f...: requests per min (RPM): Limit 3, Used 3, Requested 1. Please
// try again in 20s."
std::string rejection_message(std::string_view model, const limit::plan& p, const limit::decision& d) {
  const bool never = d.outcome == limit::outcome::exceeds_limit;
  const metric_words& w = words[static_cast<std::size_t>(d.which)];
  const limit::part& part = p.parts[d.part_index];
  text_buffer<512> text;
  text.put(never ? "Request too large for " : "Rate limit reached for ").put(shown(model));
  text.put(" in key ").put(part.id.text()).put(" on ").put(w.plural);
  put_window(text, part.shape.window_seconds());
  text.put(w.short_name).put(": Limit ").number(part.most[d.which]);
  if (!never) text.put(", Used ").number(d.windows[d.part_index].used[d.which]);
  text.put(", Requested ").number(p.asked[d.which]).put(". ");
  if (never) {
    text.put(w.remedy);
  } else {
    text.put("Please try again in ").duration_ms(ceil_ms(d.retry_after)).put(".");
  }
  return std::string(text.text());
}

constexpr std::string_view invalid = "invalid_request_error";
constexpr std::string_view unavailable = "service_unavailable_error";

openai::api_error make_error(unsigned status, std::string message, std::string_view type,
                             std::string_view code = {}) {
  return {status, std::move(message), type, {}, code};
}

openai::api_error store_error_response(admission::store_error why) {
  using enum admission::store_error;
  switch (why) {
    case disconnected:
      return make_error(503, "The rate-limit store is unavailable. Please try again.", unavailable,
                        "store_disconnected");
    case deadline:
      return make_error(503, "The rate-limit store did not reply in time. Please try again.", unavailable,
                        "store_deadline");
    case overloaded:
      return make_error(503, "Too many requests are waiting for the rate-limit store. Please try again.",
                        unavailable, "store_overloaded");
    case error_reply:
      return make_error(503, "The rate-limit store replied with an error. Please try again.", unavailable,
                        "store_error_reply");
    case bad_window:
      return make_error(503, "The rate-limit store holds an invalid value for the usage of this key.",
                        unavailable, "store_bad_window");
    case mismatch:
      return make_error(503, "The rate-limit store is used by nodes with other settings.", unavailable,
                        "store_mismatch");
    case unsupported_plan:
      return make_error(503, "The rate-limit store does not support the window of a limit of this key.",
                        unavailable, "store_unsupported_plan");
  }
  return make_error(503, "The rate-limit store made no decision.", unavailable);
}

openai::api_error request_error_response(http::request_error why, std::size_t max_body_bytes) {
  using enum http::request_error;
  switch (why) {
    case disconnected:
    case malformed: break;
    case smuggled:
      return make_error(400,
                        "The end of the request body is ambiguous: send one Content-Length, or one "
                        "Transfer-Encoding: chunked.",
                        invalid);
    case headers_too_large: return make_error(431, "The request headers are too large.", invalid);
    case body_too_large:
      return make_error(413,
                        "The request body is too large: this server accepts at most " +
                            std::to_string(max_body_bytes) + " bytes.",
                        invalid, "request_too_large");
    case timeout: return make_error(408, "The request was not received in time.", invalid, "request_timeout");
    case over_budget:
      return make_error(503, "Server overloaded: request body memory limit reached. Please try again.",
                        unavailable, "server_is_overloaded");
    case too_many_connections:
      return make_error(503, "Server overloaded: connection limit reached. Please try again.", unavailable,
                        "server_is_overloaded");
    case unsupported_version: return make_error(505, "This server supports HTTP/1.1 and HTTP/1.0.", invalid);
    case expectation: return make_error(417, "The only supported expectation is 100-continue.", invalid);
  }
  return make_error(400, "The request is not valid HTTP/1.1.", invalid);
}

}  // namespace

void write_api_error(http::response& response, const openai::api_error& e) {
  response.status = e.status;
  openai::write_error(response.body, e);
}

void write_rejection(http::response& response, std::string_view model, const limit::plan& p,
                     const limit::decision& d) {
  write_api_error(response, make_error(429, rejection_message(model, p, d),
                                       words[static_cast<std::size_t>(d.which)].type, "rate_limit_exceeded"));
  if (d.outcome == limit::outcome::exceeds_limit) {
    response.headers += "x-should-retry: false\r\n";
    return;
  }
  const std::uint64_t ms = ceil_ms(d.retry_after);
  text_buffer<96> text;
  text.put("retry-after: ").number((ms + 999) / 1000).put("\r\nretry-after-ms: ").number(ms).put("\r\n");
  response.headers += text.text();
}

void write_store_error(http::response& response, admission::store_error why) {
  write_api_error(response, store_error_response(why));
  response.headers += "retry-after: 1\r\n";
}

void write_upstream_error(http::response& response, upstream::upstream_error why) {
  switch (why) {
    case upstream::upstream_error::timeout:
      return write_api_error(
          response, make_error(504, "The upstream did not respond in time. Please try again.", "server_error",
                               "upstream_timeout"));
    case upstream::upstream_error::unreachable:
      return write_api_error(response, make_error(502, "The upstream is unreachable. Please try again.",
                                                  "server_error", "upstream_unreachable"));
    case upstream::upstream_error::stopping:
      write_api_error(response, make_error(503, "This server is shutting down. Please try again.",
                                           "server_error", "node_stopping"));
      response.headers += "retry-after: 1\r\n";
  }
}

void write_request_error(http::response& response, http::request_error why, std::size_t max_body_bytes) {
  if (why == http::request_error::disconnected) return;
  write_api_error(response, request_error_response(why, max_body_bytes));
  if (response.status == 503) response.headers += "retry-after: 1\r\n";
}

}  // namespace weir::api
