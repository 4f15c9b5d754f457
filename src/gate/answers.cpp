#include "gate/answers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gate/text_buffer.hpp"

namespace weir {
namespace {

// How OpenAI's messages name a metric: "requests per min (RPM)".
struct metric_words {
  std::string_view plural, short_name, type, remedy;
};

constexpr std::array<metric_words, metric_count> words{{
    {"requests", "(RPM)", "requests", "This key may make no requests."},
    {"input tokens", "(ITPM)", "tokens", "The input tokens must be reduced in order to run successfully."},
    {"output tokens", "(OTPM)", "tokens",
     "The output tokens (max_completion_tokens times n) must be reduced in order to run successfully."},
}};

// Client texts come into messages cut to this many bytes: a message is for reading.
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

// "Rate limit reached for gpt-4o in key 0f…: requests per min (RPM): Limit 3, Used 3, Requested 1. Please try
// again in 20s."
std::string rejection_message(std::string_view model, const charge& asked, const verdict& v,
                              std::uint32_t window_seconds) {
  const bool never = v.outcome == outcome::never_fits;
  const metric_words& w = words[static_cast<std::size_t>(v.which)];
  const scope& s = asked.scopes[v.scope_index];
  text_buffer<512> text;
  text.put(never ? "Request too large for " : "Rate limit reached for ")
      .put(shown(model))
      .put(" in key ")
      .put(s.id.text());
  text.put(" on ").put(w.plural);
  put_window(text, window_seconds);
  text.put(w.short_name).put(": Limit ").number(s.limits[v.which]);
  if (!never) text.put(", Used ").number(v.windows[v.scope_index].used[v.which]);
  text.put(", Requested ").number(asked.asked[v.which]).put(". ");
  if (never) {
    text.put(w.remedy);
  } else {
    text.put("Please try again in ").duration_ms(ceil_ms(v.retry_after)).put(".");
  }
  return std::string(text.text());
}

constexpr std::string_view invalid = "invalid_request_error";
constexpr std::string_view unavailable = "service_unavailable_error";

openai::api_error make_error(unsigned status, std::string message, std::string_view type,
                             std::string_view code = {}) {
  return {status, std::move(message), type, {}, code};
}

openai::api_error outage_error(outage why) {
  switch (why) {
    case outage::disconnected:
      return make_error(503, "The store of limits cannot be reached. Please try again.", unavailable,
                        "store_disconnected");
    case outage::deadline:
      return make_error(503, "The store of limits did not answer in time. Please try again.", unavailable,
                        "store_deadline");
    case outage::overloaded:
      return make_error(503, "Too many requests wait for the store of limits. Please try again.", unavailable,
                        "store_overloaded");
    case outage::refused:
      return make_error(503, "The store of limits answered with an error. Please try again.", unavailable,
                        "store_refused");
    case outage::bad_window:
      return make_error(503, "The store of limits holds something else in the place of this key's usage.",
                        unavailable, "store_bad_window");
    case outage::mismatch:
      return make_error(503, "The store of limits is used by nodes with other settings.", unavailable,
                        "store_mismatch");
  }
  return make_error(503, "The store of limits gave no verdict.", unavailable);
}

openai::api_error refusal_error(http::refusal why, std::size_t max_body_bytes) {
  using enum http::refusal;
  switch (why) {
    case disconnected:
    case malformed: break;
    case smuggled:
      return make_error(400,
                        "It is not clear where the request's body ends: send one Content-Length, or one "
                        "Transfer-Encoding: chunked.",
                        invalid);
    case headers_too_large: return make_error(431, "The request's headers are too large.", invalid);
    case body_too_large:
      return make_error(413,
                        "The request's body is too large: this node accepts at most " +
                            std::to_string(max_body_bytes) + " bytes.",
                        invalid, "request_too_large");
    case timeout: return make_error(408, "The request was not complete in time.", invalid, "request_timeout");
    case over_budget:
      return make_error(503, "This node holds as many request bodies as it may. Please try again.",
                        unavailable, "server_is_overloaded");
    case too_many_connections:
      return make_error(503, "This node has as many connections as it may. Please try again.", unavailable,
                        "server_is_overloaded");
    case unsupported_version: return make_error(505, "This node speaks HTTP/1.1 and HTTP/1.0.", invalid);
    case expectation:
      return make_error(417, "The only expectation this node meets is 100-continue.", invalid);
  }
  return make_error(400, "The request is not valid HTTP/1.1.", invalid);
}

}  // namespace

void write_api_error(http::answer& reply, const openai::api_error& e) {
  reply.status = e.status;
  openai::write_error(reply.body, e);
}

void write_rejection(http::answer& reply, std::string_view model, const charge& asked, const verdict& v,
                     std::uint32_t window_seconds) {
  write_api_error(reply, make_error(429, rejection_message(model, asked, v, window_seconds),
                                    words[static_cast<std::size_t>(v.which)].type, "rate_limit_exceeded"));
  if (v.outcome == outcome::never_fits) {
    reply.headers += "x-should-retry: false\r\n";
    return;
  }
  const std::uint64_t ms = ceil_ms(v.retry_after);
  text_buffer<96> text;
  text.put("retry-after: ").number((ms + 999) / 1000).put("\r\nretry-after-ms: ").number(ms).put("\r\n");
  reply.headers += text.text();
}

void write_outage(http::answer& reply, outage why) {
  write_api_error(reply, outage_error(why));
  reply.headers += "retry-after: 1\r\n";
}

void write_upstream_failure(http::answer& reply, upstream_failure why) {
  switch (why) {
    case upstream_failure::timeout:
      return write_api_error(reply, make_error(504, "The upstream did not answer in time. Please try again.",
                                               "server_error", "upstream_timeout"));
    case upstream_failure::unreachable:
      return write_api_error(reply, make_error(502, "The upstream cannot be reached. Please try again.",
                                               "server_error", "upstream_unreachable"));
    case upstream_failure::stopping:
      write_api_error(
          reply, make_error(503, "This node is stopping and could not wait for the answer. Please try again.",
                            "server_error", "node_stopping"));
      reply.headers += "retry-after: 1\r\n";
  }
}

void write_refusal(http::answer& reply, http::refusal why, std::size_t max_body_bytes) {
  if (why == http::refusal::disconnected) return;
  write_api_error(reply, refusal_error(why, max_body_bytes));
  if (reply.status == 503) reply.headers += "retry-after: 1\r\n";
}

}  // namespace weir
