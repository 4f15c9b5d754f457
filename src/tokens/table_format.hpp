// The layout of an encoding's tables in memory. The build (make/) writes them, and the program maps and reads
// them in place.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "tokens/cache_line_table.hpp"

namespace weir::tokens {

static_assert(std::endian::native == std::endian::little,
              "the tables are written and read as little endian words");

// A token's id is its rank: lower ranks merge earlier. 18 bits hold every id; this value stands for no token.
using token_id = std::uint32_t;
inline constexpr token_id no_token = 0x3ffff;

// The properties of a token, in 8 bytes:
//   bits 0-17 left, 18-35 right: the two tokens whose merge it is (a single byte is its own left and right)
//   bits 36-53 the longest token that is a proper prefix, or no_token
//   bits 54-63 length in bytes
struct token_info {
  std::uint64_t bits = 0;
  constexpr token_id left() const { return static_cast<token_id>(bits & no_token); }
  constexpr token_id right() const { return static_cast<token_id>(bits >> 18U & no_token); }
  constexpr token_id prefix() const { return static_cast<token_id>(bits >> 36U & no_token); }
  constexpr std::uint32_t length() const { return static_cast<std::uint32_t>(bits >> 54U); }
};
constexpr token_info make_token_info(token_id left, token_id right, token_id prefix, std::uint64_t length) {
  return {left | std::uint64_t{right} << 18U | std::uint64_t{prefix} << 36U | length << 54U};
}

// A unit of the double array that holds the trie of the tokens. The child of a unit by byte b is unit base ^
// b if its label is b; every base belongs to one parent. Free units and units 0 to 255 have no label, so base
// 0 means "no children".
struct trie_unit {
  static constexpr std::uint32_t no_label = 256;
  std::uint32_t base_and_label = no_label;  // base << 9 | label
  token_id token = no_token;                // the token that ends here
  constexpr std::uint32_t child(std::uint8_t byte) const { return (base_and_label >> 9U) ^ byte; }
  constexpr bool is_by(std::uint8_t byte) const { return (base_and_label & 0x1ffU) == byte; }
};
inline constexpr std::uint32_t trie_root = 256;

// Tokens of at most 7 bytes are one number, tokens of at most 15 bytes are two: the bytes, zeros, and the
// length in the last byte.
inline constexpr std::size_t longest_short_word = 7;
inline constexpr std::size_t longest_word = 15;
struct long_word {
  std::uint64_t low, high;  // high is 0 for a short word
};
// The hash is the same for both tables of words, so it can be computed before the table is known.
constexpr std::uint64_t word_hash(const long_word& key) {
  return mix(key.low ^ 0xd1b54a32d192ed03U, key.high ^ 0x9e3779b97f4a7c15U);
}

// A merge: left and right, 18 bits each.
constexpr std::uint64_t pair_key(token_id left, token_id right) { return std::uint64_t{left} << 18U | right; }
constexpr std::uint64_t pair_hash(std::uint64_t key) {
  return mix(key ^ 0xa0761d6478bd642fU, 0x9e3779b97f4a7c15U);
}

// The header of the tables; offsets are in bytes from its begin. Everything before the infos is needed for
// every word.
struct table_header {
  std::uint64_t magic = 0;
  std::uint32_t token_count = 0;
  std::uint32_t short_lines = 0, long_lines = 0,
                merge_lines = 0;  // the lines that a hash can name; more lines for overflow follow them
  std::uint32_t bytes_at = 0;     // the tokens of the 256 single bytes
  std::uint32_t short_at = 0, long_at = 0, merges_at = 0, split_points_at = 0;
  std::uint32_t info_at = 0, trie_at = 0;
  std::uint32_t size = 0;
};
inline constexpr std::uint64_t table_magic = 0x3273'656c'6261'7477;  // "wtables2"

// The class of a code point in the patterns; data/unicode_classes.txt explains them.
enum class char_class : std::uint8_t { other, upper, lower, letter, mark, number, space, newline };

// The class of code point c: blocks[c >> 7] is the number of a block of 128 classes.
inline constexpr unsigned class_block_log2 = 7;
inline constexpr std::size_t class_blocks = 0x110000U >> class_block_log2;

}  // namespace weir::tokens
