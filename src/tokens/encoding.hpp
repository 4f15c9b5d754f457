// Counts the tokens of a text in one of OpenAI's encodings, exactly as tiktoken's encode_ordinary does.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokens/pattern.hpp"
#include "tokens/pretoken.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

class word_batch;

enum class encoding_name : std::uint8_t { o200k_base, cl100k_base, o200k_harmony };

// "o200k_base", …
std::string_view name(encoding_name);

// Immutable and cheap to copy; any thread may use it. Special tokens in a text count as plain text.
class encoding {
 public:
  explicit encoding(encoding_name which);  // uses the embedded tables
  encoding(encoding_name which, tables t) : which_(which), tables_(std::move(t)) {}

  encoding_name which() const { return which_; }
  const tables& tables_of() const { return tables_; }
  // The number of tokens of `text`, which is valid UTF-8 of less than 2^32 bytes. Invalid UTF-8 is safe, but
  // its count is unspecified.
  std::uint32_t count(std::string_view text, token_cache& cache) const;

 private:
  friend class chunked_count;

  encoding_name which_;
  tables tables_;
  pattern pattern_;
};

// A count that runs in chunks, so that other work can run between the chunks of a large text. The text must
// outlive it.
class chunked_count {
 public:
  chunked_count(const encoding& of, std::string_view text, token_cache& cache);

  // Counts about `bytes` more. True when the count is complete. A chunk ends between two pre-tokens, or
  // within a pre-token whose state is kept, so the count does not depend on the chunks. The search for the
  // end of a pre-token is not interrupted: a megabyte of one letter takes less than 1 ms.
  bool run(std::size_t bytes);
  // The count so far; exact once run() returned true.
  std::uint32_t tokens() const { return tokens_; }

 private:
  template <encoding_name Which>
  void scan_all(word_batch& words, place stop);
  template <encoding_name Which>
  place scan(word_batch& words, place at, place stop, place end, place readable);
  place cut(word_batch& words, place at, place stop);
  void add_pretoken(word_batch& words, place at, std::size_t size);
  template <bool Padded>
  void add_pretokens(word_batch& words, place at, std::uint64_t starts);
  void count_if_full(word_batch& words);

  const encoding& of_;
  token_cache& cache_;
  place at_, end_;
  place cut_end_ = nullptr;                // the end of the pre-token that is being split
  std::uint32_t tokens_ = 0, enough_ = 0;  // the end of this chunk
  bool within_pretoken_ = false;
  large_pretoken pretoken_;
};

}  // namespace weir::tokens
