// Lookups in the tables of an encoding: which pairs merge, which bytes are a token, and the trie of all
// tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "tokens/large_pages.hpp"
#include "tokens/split_point_filter.hpp"
#include "tokens/table_format.hpp"
#include "tokens/word_key.hpp"

namespace weir::tokens {

// A view of tables, cheap to copy; any thread may read them.
class tables {
 public:
  // `bytes` begin with a table_header, are aligned to a cache line, and live as long as the program.
  explicit tables(const unsigned char* bytes) : tables(bytes, bytes) {}

  // The same tables with the part that every word needs copied into large pages. The copy lives as long as
  // any tables that use it.
  tables in_large_pages() const;

  std::uint32_t token_count() const { return head_.token_count; }
  std::uint32_t size_bytes() const { return head_.size; }
  token_info info(token_id token) const { return infos_[token]; }

  // Tests whether a word of 2 to 15 bytes is one token, in two steps with other work between them: find its
  // line, then look there.
  const void* line_of_word(std::uint64_t hash, bool is_long) const { return words_[is_long].of(hash); }
  static bool has_short(const void* line, std::uint64_t low) {
    return is_in(static_cast<const short_word_line*>(line), low);
  }
  static bool has_long(const void* line, const long_word& key) {
    return is_in(static_cast<const long_word_line*>(line), key.low, key.high);
  }
  bool is_word(std::string_view word) const {
    const long_word key = make_word_key(word);
    const bool is_long = word.size() > longest_short_word;
    const void* const line = line_of_word(word_hash(key), is_long);
    return is_long ? has_long(line, key) : has_short(line, key.low);
  }

  const split_point_filter& split_points() const { return *split_points_; }

  // The longest token that the text begins with. There is always one, since every byte is a token. `size` >
  // 0. At most 128 steps.
  token_id longest(const std::uint8_t* text, std::size_t size) const {
    token_id found = no_token;
    const trie_unit* unit = &trie_[trie_root];
    for (std::size_t i = 0; i < size; ++i) {
      unit = &trie_[unit->child(text[i])];
      if (!unit->is_by(text[i])) break;
      found = unit->token != no_token ? unit->token : found;
    }
    return found;
  }

  // The token that the pair merges into, or no_token. Its line can be prefetched before.
  const merge_line* line_of_merge(token_id left, token_id right) const {
    return &merges_[line_of(pair_hash(pair_key(left, right)), head_.merge_lines)];
  }
  token_id merged(token_id left, token_id right) const {
    for (const merge_line* line = line_of_merge(left, right);; ++line) {
      const token_id found = line->find(pair_key(left, right));
      if (found != no_token || !line->is_full()) return found;
    }
  }
  token_id token_of_byte(std::uint8_t byte) const { return bytes_[byte]; }

  // True where the two tokens are compatible, so that they can be neighbours in an encoding. They are not if
  // a merge across their border would have come before one of their own merges: the merges are undone from
  // the last on, and every pair that met at the border is looked up. (The `bpe` crate proves that encodings
  // are exactly the sequences whose neighbours are all compatible.) Takes as many steps as merges are undone.
  bool may_follow(token_id left, token_id right) const;

 private:
  tables(const unsigned char* hot, const unsigned char* bytes);

  std::shared_ptr<const large_pages> pages_;  // the copy of the hot part, or nullptr
  table_header head_;
  const std::uint16_t* bytes_;
  struct word_lines {
    const unsigned char* bytes;
    std::uint32_t count;
    const void* of(std::uint64_t hash) const { return bytes + line_bytes * line_of(hash, count); }
  };
  word_lines words_[2];  // for short and for long words
  const merge_line* merges_;
  const split_point_filter* split_points_;
  const token_info* infos_;
  const trie_unit* trie_;

  template <class Line, class... Word>
  static bool is_in(const Line* line, Word... word) {
    for (;; ++line) {
      if (line->has(word...)) return true;
      if (!line->is_full()) return false;
    }
  }
};

inline bool tables::may_follow(token_id left, token_id right) const {
  token_id limit = no_token;  // merges from here on have been undone
  for (;;) {
    if (merged(left, right) < limit) return false;
    if (left > right) {
      limit = left;
      left = info(left).right();
      if (left == limit) {  // a single byte: no merge to undo
        limit = right + 1;
        right = info(right).left();
        if (right + 1 == limit) return true;
      }
    } else {
      limit = right + 1;
      right = info(right).left();
      if (right + 1 == limit) {
        limit = left;
        left = info(left).right();
        if (left == limit) return true;
      }
    }
  }
}

// The embedded tables.
tables o200k_tables();
tables cl100k_tables();
// 8,704 block numbers, then the blocks (see class_block_log2).
const std::uint8_t* class_tables();

}  // namespace weir::tokens
