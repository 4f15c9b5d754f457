// The tables of an encoding as the counter sees them: which pairs merge, which bytes are a token, and the trie of all tokens.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokens/table_format.hpp"
#include "tokens/word_key.hpp"

namespace weir::tokens {

// A view of tables that live as long as the program; any thread may read them.
class tables {
 public:
  // `bytes` begin with a table_header, at a cache line.
  explicit tables(const unsigned char* bytes);

  std::uint32_t token_count() const { return head_.token_count; }
  std::uint32_t size_bytes() const { return head_.size; }
  token_info info(token_id token) const { return infos_[token]; }

  // One of the two tables of words: a hash leads to a pilot, and with it to a slot, which holds the word or nothing does. (Each step apart, so
  // that others can be taken between them.)
  class word_table {
   public:
    word_table() = default;
    word_table(const hash_shape& shape, const std::uint16_t* pilots, const std::uint64_t* slots, unsigned numbers_a_slot)
        : pilots_(pilots), slots_(slots), buckets_(shape.buckets), slot_count_(shape.slots), stride_(numbers_a_slot) {}

    const std::uint16_t* pilot(std::uint64_t hash) const { return pilots_ + bucket_of(hash, buckets_); }
    const std::uint64_t* slot(std::uint64_t hash) const {
      return slots_ + std::size_t{stride_} * slot_of(hash, *pilot(hash), slot_count_);
    }
    bool holds(const std::uint64_t* slot, const long_word& key) const {
      // Of a short word the second number is another's: it does not count.
      const std::uint64_t second = (slot[1] ^ key.high) & (std::uint64_t{0} - (stride_ - 1));
      return ((slot[0] ^ key.low) | second) == 0;
    }

   private:
    const std::uint16_t* pilots_ = nullptr;
    const std::uint64_t* slots_ = nullptr;
    std::uint32_t buckets_ = 0, slot_count_ = 0, stride_ = 0;
  };
  const word_table& words_for(std::size_t size) const { return words_[size > longest_short_word ? 1 : 0]; }

  // Is the word, of at most 15 bytes, one token?
  bool is_word(std::string_view word) const {
    const long_word key = make_word_key(word);
    const word_table& table = words_for(word.size());
    return table.holds(table.slot(word_hash(key)), key);
  }

  // The longest token that the text begins with; every byte is one, so there is one. `size` > 0. At most 128 steps.
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

  // What the pair merges into, or no_token.
  token_id merged(token_id left, token_id right) const {
    const std::uint64_t key = pair_key(left, right);
    const std::uint64_t hash = hash_of(head_.pairs.seed, key);
    const std::uint32_t bit = filter_bit(hash);
    if ((pair_filter_[bit / 64] >> bit % 64 & 1U) == 0) return no_token;
    const std::uint16_t pilot = pair_pilots_[bucket_of(hash, head_.pairs.buckets)];
    const std::uint64_t slot = pair_slots_[slot_of(hash, pilot, head_.pairs.slots)];
    return (slot & pair_key_mask) == key ? static_cast<token_id>(slot >> 36U) : no_token;
  }

  // May the two stand side by side in an encoding? Not if, on the way to them, a merge across their border would have come first: the merges
  // are undone from the last, and every pair that met at the border is looked up. (The `bpe` crate proves that encodings are exactly the
  // sequences whose neighbours all may.) As many steps as merges are undone.
  bool may_follow(token_id left, token_id right) const;

 private:
  table_header head_;
  const token_info* infos_;
  const trie_unit* trie_;
  word_table words_[2];  // short, long
  const std::uint16_t* pair_pilots_;
  const std::uint64_t* pair_slots_;
  const std::uint64_t* pair_filter_;
};

inline bool tables::may_follow(token_id left, token_id right) const {
  token_id limit = no_token;  // merges from here on are undone by now
  for (;;) {
    if (merged(left, right) < limit) return false;
    if (left > right) {
      limit = left;
      left = info(left).right();
      if (left == limit) {  // a byte: nothing left to undo here
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

// The tables that are part of the program.
tables o200k_tables();
tables cl100k_tables();
// 8,704 names of blocks, then the blocks (see class_block_log2).
const std::uint8_t* class_tables();

}  // namespace weir::tokens
