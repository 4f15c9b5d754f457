// The reader a worker keeps: simdjson's memory, and that of a request which is done.
#include "openai/chat_request.hpp"

#include <utility>

#include "openai/body_reader.hpp"

namespace weir::openai {
namespace {

// Beyond this, memory is given back after the request: one large body shall not be kept for ever (simdjson
// takes 6 bytes a byte).
constexpr std::size_t most_kept_bytes = 1U << 20;

void clear(chat_request& r) {
  r.model.clear();
  r.choice_count = 1;
  r.output_cap.reset();
  r.stream = false;
  r.message_count = r.name_count = r.earlier_answers = 0;
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
  simdjson::ondemand::document document;
  if (impl_->parser.iterate(data, size, size + simdjson::SIMDJSON_PADDING).get(document)) return not_json();
  chat_request request = std::exchange(impl_->spare, {});
  clear(request);
  body_reader reader(document, {data, size}, impl_->tools, request);
  const bool read = reader.read();
  if (impl_->parser.capacity() > most_kept_bytes) impl_->parser = simdjson::ondemand::parser();
  if (read) return request;
  recycle(std::move(request));
  return reader.take_error();
}

void chat_reader::recycle(chat_request&& done) noexcept {
  if (done.text.capacity() <= most_kept_bytes &&
      done.texts.capacity() * sizeof(chat_request::span) <= most_kept_bytes &&
      done.images.capacity() * sizeof(image) <= most_kept_bytes) {
    impl_->spare = std::move(done);
  }
}

}  // namespace weir::openai
