#include "redis/codec.hpp"

#include <hiredis/hiredis.h>

#include <cassert>
#include <new>

#include "base/text.hpp"

namespace weir::redis {
namespace {

void append_header(std::string& out, char type, std::size_t n) {
  out += type;
  append_number(out, n);
  out += "\r\n";
}

}  // namespace

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  append_word_count(out, words.size());
  for (const auto word : words) append_word(out, word);
}

void append_word_count(std::string& out, std::size_t words) { append_header(out, '*', words); }

void append_word_size(std::string& out, std::size_t bytes) { append_header(out, '$', bytes); }

void append_word(std::string& out, std::string_view word) {
  append_word_size(out, word.size());
  out += word;
  out += "\r\n";
}

reply_kind reply_view::kind() const {
  switch (reply_->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: return reply_kind::text;
    case REDIS_REPLY_INTEGER: return reply_kind::integer;
    case REDIS_REPLY_NIL: return reply_kind::nil;
    case REDIS_REPLY_ERROR: return reply_kind::error;
    default: return reply_kind::list;  // the further kinds of RESP3 never come, since HELLO 3 is never sent
  }
}

std::string_view reply_view::text() const {
  return is_text() || is_error() ? std::string_view(reply_->str, reply_->len) : std::string_view();
}

std::size_t reply_view::size() const { return reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0; }

reply_view reply_view::at(std::size_t i) const {
  assert(i < size());
  return reply_view(*reply_->element[i]);
}

void reply::free_reply::operator()(redisReply* r) const { freeReplyObject(r); }
void reply_reader::free_reader::operator()(redisReader* r) const { redisReaderFree(r); }

reply_reader::reply_reader() { reset(); }

void reply_reader::reset() {
  reader_.reset(redisReaderCreate());
  if (!reader_) throw std::bad_alloc();
}

// A failure (out of memory) stays in the reader, and next() reports it.
void reply_reader::feed(std::string_view bytes) {
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

result<std::optional<reply>> reply_reader::next() {
  void* whole = nullptr;
  if (redisReaderGetReply(reader_.get(), &whole) != REDIS_OK)
    return error{std::string("not a Redis reply: ") + reader_->errstr};
  if (whole != nullptr) return std::optional<reply>(reply(static_cast<redisReply*>(whole)));
  if (reader_->len - reader_->pos > max_reply_bytes) return error{"a reply is too long"};
  return std::optional<reply>();
}

}  // namespace weir::redis
