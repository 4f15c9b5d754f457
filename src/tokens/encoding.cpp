#include "tokens/encoding.hpp"

#include <algorithm>

#include "tokens/ascii_block.hpp"
#include "tokens/word_batch.hpp"

namespace weir::tokens {
namespace {

// How a piece may begin, by its first byte: the first three may be, or lead, a word.
enum class start : std::uint8_t {
  letter,
  sign,
  blank,
  newline,
  digit,
  other,  // not ASCII
};
constexpr auto starts = [] {
  std::array<start, 256> all{};
  all.fill(start::other);
  for (unsigned c = 0; c < 128; ++c) {
    switch (ascii_classes[c]) {
      case char_class::upper:
      case char_class::lower: all[c] = start::letter; break;
      case char_class::space: all[c] = start::blank; break;
      case char_class::newline: all[c] = start::newline; break;
      case char_class::number: all[c] = start::digit; break;
      default: all[c] = start::sign;
    }
  }
  return all;
}();

// Bytes that are read at a place on the fast way, whatever stands there. What is left of a text is copied to have them: no large piece.
constexpr std::ptrdiff_t read_ahead = 64;
static_assert(read_ahead - 1 <= longest_small_piece);
// Pieces that begin so are seldom one token: the trie is asked at once, which finds one or many.
constexpr std::uint8_t first_of_ideographs = 0xe3;

// The fast ways: where the piece at `at` ends if ASCII alone decides that within a block, else 0. What lies at `end` and behind is 0.

// A word whose letters begin at `at`.
template <bool Cased>
[[gnu::always_inline]] inline std::size_t ascii_word(place at, place end) {
  const letter_bits bits = letters(at);
  std::uint32_t size = 0;
  if constexpr (Cased) {
    size = static_cast<std::uint32_t>(std::countr_one(bits.upper));
    size += static_cast<std::uint32_t>(std::countr_one(bits.lower >> size));
  } else {
    size = static_cast<std::uint32_t>(std::countr_one(bits.upper | bits.lower));
  }
  if (size == 0 || size >= block_bytes || at[size] >= 0x80) return 0;
  if (Cased && at[size] == '\'') return static_cast<std::size_t>(pattern::contraction(at + size, end) - at);
  return size;
}

std::size_t ascii_digits(place at) {
  const auto is_digit = [](std::uint8_t c) { return static_cast<std::uint8_t>(c - '0') < 10; };
  if (!is_digit(at[1])) return at[1] < 0x80 ? 1 : 0;
  if (!is_digit(at[2])) return at[2] < 0x80 ? 2 : 0;
  return 3;
}

std::size_t ascii_blanks(place at, place end) {
  const blank_bits first = blanks(at), second = blanks(at + block_bytes);
  const std::uint32_t blank = first.blank | second.blank << block_bytes;
  const auto run = static_cast<std::uint32_t>(std::countr_one(blank));
  if (run == 2 * block_bytes || at + run >= end || at[run] >= 0x80) return 0;
  const std::uint32_t newlines = (first.newline | second.newline << block_bytes) & ~(~0U << run);
  if (newlines != 0) return static_cast<std::size_t>(std::bit_width(newlines));
  return run > 1 ? run - 1 : 1;
}

// Signs from `at`, behind a space or not, and the line breaks that belong to them.
template <bool Cased>
std::size_t ascii_signs(place at, place end) {
  auto size = std::min(static_cast<std::size_t>(std::countr_one(signs(at))), static_cast<std::size_t>(end - at));  // 0 is a sign
  if (size == 0 || size >= block_bytes || at[size] >= 0x80) return 0;
  while (at + size < end && (at[size] == '\n' || at[size] == '\r' || (Cased && at[size] == '/'))) ++size;
  return size;
}

// What follows a blank that leads no word.
template <bool Cased>
std::size_t ascii_after_blank(place at, place end) {
  switch (starts[at[1]]) {
    case start::sign: {
      const std::size_t run = *at == ' ' && at + 1 < end ? ascii_signs<Cased>(at + 1, end) : 0;
      return run == 0 ? 0 : 1 + run;
    }
    case start::blank:
    case start::newline: return ascii_blanks(at, end);
    case start::digit: return 1;
    default: return 0;
  }
}

template <bool Cased>
[[gnu::always_inline]] inline std::size_t ascii_piece(place at, place end) {
  const start first = starts[*at];
  if (first <= start::blank) {
    if (!Cased && *at == '\'') {
      if (const place short_form = pattern::contraction(at, end); short_form != at) return static_cast<std::size_t>(short_form - at);
    }
    const std::size_t lead = first == start::letter ? 0 : 1;
    const std::size_t word = ascii_word<Cased>(at + lead, end);
    if (word != 0) return lead + word;
  }
  switch (first) {
    case start::sign: return starts[at[1]] == start::letter || at[1] >= 0x80 ? 0 : ascii_signs<Cased>(at, end);
    case start::blank: return ascii_after_blank<Cased>(at, end);
    case start::newline: return ascii_blanks(at, end);
    case start::digit: return ascii_digits(at);
    default: return 0;
  }
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

std::uint32_t encoding::count(std::string_view text, encoding_memory& memory) const {
  counting all(*this, text, memory);
  while (!all.run(text.size())) {}
  return all.tokens();
}

counting::counting(const encoding& of, std::string_view text, encoding_memory& memory)
    : of_(of), memory_(memory), at_(reinterpret_cast<place>(text.data())), end_(at_ + text.size()) {}

void counting::add_piece(place at, std::size_t size) {
  if (size <= longest_small_piece) {
    tokens_ += count_small_piece(of_.tables_, memory_, at, static_cast<std::uint32_t>(size));
  } else {
    piece_.begin(of_.tables_, at, size);
    within_piece_ = true;
  }
}

// Counts the pieces that begin before `stop`, with `read_ahead` bytes readable from each; where it stopped.
template <encoding_name Which>
place counting::scan(place at, place stop, place end) {
  constexpr bool cased = Which != encoding_name::cl100k_base;
  word_batch words(of_.tables_, memory_);
  std::uint32_t tokens = 0;
  while (at < stop && !within_piece_) {
    std::size_t size = ascii_piece<cased>(at, end);
    const bool is_ascii = size != 0;
    if (!is_ascii) size = static_cast<std::size_t>((cased ? of_.pattern_.o200k(at, end) : of_.pattern_.cl100k(at, end)) - at);
    if (size == 1) {
      ++tokens;
    } else if (size <= longest_word && (is_ascii || *at < first_of_ideographs)) {
      words.add(at, size);
      if (words.full()) tokens += words.count();
    } else {
      add_piece(at, size);
    }
    at += size;
  }
  tokens_ += tokens + words.count();
  return at;
}

template <encoding_name Which>
void counting::scan_all(place stop) {
  if (end_ - at_ >= read_ahead) at_ = scan<Which>(at_, std::min(stop, end_ - read_ahead + 1), end_);
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
    if (!piece_.run(of_.tables_, memory_, bytes / 4 + 1)) return false;
    tokens_ += static_cast<std::uint32_t>(piece_.tokens());
    within_piece_ = false;
  }
  return at_ == end_;
}

}  // namespace weir::tokens
