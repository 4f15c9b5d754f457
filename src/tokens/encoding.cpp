#include "tokens/encoding.hpp"

#include <algorithm>

#include "tokens/ascii_block.hpp"

namespace weir::tokens {
namespace {

// How a piece may begin, by its first byte, for the fast way of ASCII words: 0 with a letter, 1 with a sign or blank that may lead a word.
constexpr std::uint8_t no_word = 2;
constexpr auto word_leads = [] {
  std::array<std::uint8_t, 256> leads{};
  leads.fill(no_word);
  for (unsigned c = 0; c < 128; ++c) {
    const char_class is = ascii_classes[c];
    if (is == char_class::upper || is == char_class::lower) leads[c] = 0;
    if (is == char_class::other || is == char_class::space) leads[c] = 1;
  }
  return leads;
}();

constexpr auto masks = [] {
  std::array<std::uint64_t, 9> m{};
  for (unsigned n = 1; n < 9; ++n) m[n] = ~std::uint64_t{0} >> (64 - 8 * n);
  return m;
}();

std::uint64_t load(place at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}

// Bytes that are read at a place on the fast way, whatever stands there.
constexpr std::ptrdiff_t read_ahead = 32;

template <bool Cased>
std::uint32_t letters_at(place at) {
  const letter_bits bits = letters(at);
  if constexpr (!Cased) return static_cast<std::uint32_t>(std::countr_one(bits.upper | bits.lower));
  const auto upper = static_cast<std::uint32_t>(std::countr_one(bits.upper));
  return upper + static_cast<std::uint32_t>(std::countr_one(bits.lower >> upper));
}

// As make_word_key, of at most 15 bytes with 16 readable.
long_word word_key_at(place at, std::size_t size) {
  const std::uint64_t length = std::uint64_t{size} << 56U;
  if (size <= longest_short_word) return {(load(at) & masks[size]) | length, 0};
  return {load(at), (load(at + 8) & masks[size - 8]) | length};
}

}  // namespace

std::string_view name(encoding_name which) {
  switch (which) {
    case encoding_name::o200k_base: return "o200k_base";
    case encoding_name::cl100k_base: return "cl100k_base";
    case encoding_name::o200k_harmony: return "o200k_harmony";
  }
  return "unknown";
}

encoding::encoding(encoding_name which)
    : which_(which), tables_(which == encoding_name::cl100k_base ? cl100k_tables() : o200k_tables()) {}

std::uint32_t encoding::count(std::string_view text) const {
  counting all(*this, text);
  while (!all.run(text.size())) {}
  return all.tokens();
}

counting::counting(const encoding& of, std::string_view text)
    : of_(of), at_(reinterpret_cast<place>(text.data())), end_(at_ + text.size()) {}

void counting::add_piece(place at, std::size_t size) {
  const tables& t = of_.tables_;
  if (size > longest_small_piece) {
    piece_.begin(t, at, size);
    within_piece_ = true;
    return;
  }
  // Words of ASCII are mostly one token, others mostly not: those go to the trie at once, which finds both.
  const bool likely_word = size <= longest_word && *at < 0xe0;
  if (likely_word && t.is_word(size, make_word_key({reinterpret_cast<const char*>(at), size}))) {
    ++tokens_;
  } else {
    tokens_ += count_small_piece(t, at, static_cast<std::uint32_t>(size));
  }
}

// Counts the pieces that begin before `stop`, with `read_ahead` bytes readable from each; where it stopped.
template <encoding_name Which>
place counting::scan(place at, place stop, place end) {
  constexpr bool cased = Which != encoding_name::cl100k_base;
  const tables& t = of_.tables_;
  std::uint32_t tokens = 0;
  while (at < stop && !within_piece_) {
    const std::uint8_t lead = word_leads[*at];
    if (lead != no_word && (cased || *at != '\'')) {
      const std::uint32_t length = letters_at<cased>(at + lead);
      std::size_t size = lead + length;
      if (length != 0 && length < block_bytes && at[size] < 0x80) {
        if (cased && at[size] == '\'') size = static_cast<std::size_t>(pattern::contraction(at + size, end) - at);
        if (size <= longest_word) {
          if (t.is_word(size, word_key_at(at, size))) ++tokens;
          else tokens += count_small_piece(t, at, static_cast<std::uint32_t>(size));
          at += size;
          continue;
        }
      }
    }
    const place next = cased ? of_.pattern_.o200k(at, end) : of_.pattern_.cl100k(at, end);
    add_piece(at, static_cast<std::size_t>(next - at));
    at = next;
  }
  tokens_ += tokens;
  return at;
}

template <encoding_name Which>
void counting::scan_all(place stop) {
  if (end_ - at_ > read_ahead) at_ = scan<Which>(at_, std::min(stop, end_ - read_ahead), end_);
  if (at_ >= stop || within_piece_) return;
  const auto left = static_cast<std::size_t>(end_ - at_);
  std::uint8_t tail[2 * read_ahead]{};
  std::memcpy(tail, at_, left);
  at_ += scan<Which>(tail, tail + left, tail + left) - tail;
}

bool counting::run(std::size_t bytes) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (!within_piece_) {
    const place stop = at_ + std::min(bytes, left);
    if (of_.which_ == encoding_name::cl100k_base) scan_all<encoding_name::cl100k_base>(stop);
    else scan_all<encoding_name::o200k_base>(stop);
  }
  if (within_piece_) {
    if (!piece_.run(of_.tables_, bytes / 4 + 1)) return false;
    tokens_ += static_cast<std::uint32_t>(piece_.tokens());
    within_piece_ = false;
  }
  return at_ == end_;
}

}  // namespace weir::tokens
