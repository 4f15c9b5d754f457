// The reader of a worker keeps simdjson's memory and the memory of finished requests.
#include "openai/chat_request.hpp"

#include <string_view>
#include <utility>

#include "openai/chat_request_parser.hpp"

namespace weir::openai {
namespace {

// More memory than this is freed after a request, so that one large body does not occupy it for ever
// (simdjson takes 6 bytes for each byte).
constexpr std::size_t most_kept_bytes = 1U << 20;

// JSON text has none (RFC 8259 section 8.1). simdjson 3.12 skips it and older versions do not, so it is
// checked here.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void clear(chat_request& r) {
  r.model.clear();
  r.choice_count = 1;
  r.output_cap.reset();
  r.stream = false;
  r.message_count = r.name_count = r.assistant_messages = 0;
  r.extra_tokens = 0;
  r.images.clear();
  r.text.clear();
  r.texts.clear();
}

}  // namespace

struct chat_reader::impl {
  simdjson::ondemand::parser parser;
  tool_writer tools;
  chat_request spare;
};

chat_reader::chat_reader() : impl_(std::make_unique<impl>()) {}
chat_reader::~chat_reader() = default;

result<chat_request, api_error> chat_reader::read(const char* data, std::size_t size) {
  if (std::string_view(data, size).starts_with(byte_order_mark)) return not_json();
  simdjson::ondemand::document document;
  if (impl_->parser.iterate(data, size, size + simdjson::SIMDJSON_PADDING).get(document)) return not_json();
  chat_request request = std::exchange(impl_->spare, {});
  clear(request);
  chat_request_parser parser(document, {data, size}, impl_->tools, request);
  const bool parsed = parser.parse();
  if (impl_->parser.capacity() > most_kept_bytes) impl_->parser = simdjson::ondemand::parser();
  if (parsed) return request;
  recycle(std::move(request));
  return parser.take_error();
}

void chat_reader::recycle(chat_request&& done) noexcept {
  if (done.text.capacity() <= most_kept_bytes &&
      done.texts.capacity() * sizeof(chat_request::span) <= most_kept_bytes &&
      done.images.capacity() * sizeof(image) <= most_kept_bytes) {
    impl_->spare = std::move(done);
  }
}

}  // namespace weir::openai
