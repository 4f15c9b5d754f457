// Formats commands and parses replies of RESP2. Pure; hiredis parses the replies.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct redisReader;
struct redisReply;

namespace weir::redis {

// A longer reply is an error that closes the connection. The longest expected replies are INFO (some KiB) and
// that of a batch (64 operations of at most 23 words).
inline constexpr std::size_t max_reply_bytes = 1024 * 1024;

// Appends one command, each word as a bulk string.
void append_command(std::string& out, std::initializer_list<std::string_view> words);
// The same in steps: the number of words, then each word, either whole or as its size followed by its bytes
// and CR LF.
void append_word_count(std::string& out, std::size_t words);
void append_word(std::string& out, std::string_view word);
void append_word_size(std::string& out, std::size_t bytes);

enum class reply_kind { text, integer, nil, list, error };

// A reply or an element of one. Valid as long as the reply it belongs to.
class reply_view {
 public:
  explicit reply_view(const redisReply& r) : reply_(&r) {}

  reply_kind kind() const;
  bool is_error() const { return kind() == reply_kind::error; }
  bool is_text() const { return kind() == reply_kind::text; }
  // The text of a text or an error; otherwise empty.
  std::string_view text() const;
  // The number of elements of a list; otherwise 0.
  std::size_t size() const;
  reply_view at(std::size_t i) const;

 private:
  const redisReply* reply_;
};

// Owns one reply.
class reply {
 public:
  explicit reply(redisReply* owned) : reply_(owned) {}
  reply_view view() const { return reply_view(*reply_); }

 private:
  struct free_reply {
    void operator()(redisReply* r) const;
  };
  std::unique_ptr<redisReply, free_reply> reply_;
};

// Splits a stream of bytes, in pieces of any size, into replies. Not thread-safe.
class reply_reader {
 public:
  reply_reader();

  void feed(std::string_view bytes);
  // The next whole reply; nullopt where more bytes are needed. An error where this is not RESP or too long;
  // only reset() helps then.
  result<std::optional<reply>> next();
  // Clears everything, for a new connection.
  void reset();

 private:
  struct free_reader {
    void operator()(redisReader* r) const;
  };
  std::unique_ptr<redisReader, free_reader> reader_;
};

}  // namespace weir::redis
