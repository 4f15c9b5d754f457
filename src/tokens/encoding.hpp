// An encoding of OpenAI's: how many tokens a text has, exactly as tiktoken's encode_ordinary says.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokens/pattern.hpp"
#include "tokens/piece.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

class word_batch;

enum class encoding_name : std::uint8_t { o200k_base, cl100k_base, o200k_harmony };

// "o200k_base", …
std::string_view name(encoding_name);

// Tables and a pattern. Cheap to copy, holds no state; any thread may use it. Special tokens in a text are
// plain text.
class encoding {
 public:
  explicit encoding(encoding_name which);  // with the tables of the program
  encoding(encoding_name which, tables t) : which_(which), tables_(std::move(t)) {}

  encoding_name which() const { return which_; }
  const tables& tables_of() const { return tables_; }
  // `text` is valid UTF-8 (else each wrong byte counts as some sign: an answer, but nobody's). Less than 2^32
  // bytes.
  std::uint32_t count(std::string_view text, encoding_memory& memory) const;

 private:
  friend class counting;

  encoding_name which_;
  tables tables_;
  pattern pattern_;
};

// A count that is made in slices, so that whoever counts a megabyte may let others work in between. The text
// lives until the end.
class counting {
 public:
  counting(const encoding& of, std::string_view text, encoding_memory& memory);

  // Counts about `bytes` more; true when all is counted. Slices end between pieces, or within one that is
  // being encoded, where its state is kept: the count does not depend on them. (Finding the end of a piece is
  // not interrupted: a megabyte of one letter takes under 1 ms.)
  bool run(std::size_t bytes);
  // So far; exact once run() returned true.
  std::uint32_t tokens() const { return tokens_; }

 private:
  template <encoding_name Which>
  void scan_all(word_batch& words, place stop);
  template <encoding_name Which>
  place scan(word_batch& words, place at, place stop, place end, place readable);
  place cut(word_batch& words, place at, place stop);
  void add_piece(word_batch& words, place at, std::size_t size);
  template <bool Padded>
  void add_pieces(word_batch& words, place at, std::uint64_t starts);
  void count_if_full(word_batch& words);

  const encoding& of_;
  encoding_memory& memory_;
  place at_, end_;
  place cut_end_ = nullptr;                // of a piece that is taken apart; before it: where that got to
  std::uint32_t tokens_ = 0, enough_ = 0;  // enough: for this slice
  bool within_piece_ = false;
  large_piece piece_;
};

}  // namespace weir::tokens
