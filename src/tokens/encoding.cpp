#include "tokens/encoding.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "tokens/piece_starts.hpp"
#include "tokens/word_batch.hpp"

namespace weir::tokens {
namespace {

// Bytes that are read at a place, whatever stands there. What is left of a text is copied to have them: no
// large piece.
constexpr std::ptrdiff_t read_ahead = mask_bytes;
static_assert(read_ahead - 1 <= longest_small_piece);
// So many are read where a word may begin anywhere within them.
constexpr std::ptrdiff_t padded_bytes = mask_bytes + sizeof(long_word);

// A token of ordinary text has more bytes. What has less is hard to count, so a slice of it is shorter.
constexpr std::uint32_t bytes_worth_a_token = 4;

// Text that begins so is mostly letters without case, in long pieces, which are found one by one.
constexpr std::uint8_t first_of_ideographs = 0xe3;

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
  while (!all.run(text.size())) {
  }
  return all.tokens();
}

counting::counting(const encoding& of, std::string_view text, encoding_memory& memory)
    : of_(of), memory_(memory), at_(reinterpret_cast<place>(text.data())), end_(at_ + text.size()) {}

// Takes a piece apart at its seams, as far as `stop` (and some more); where it stopped.
place counting::cut(word_batch& words, place at, place stop) {
  while (at < cut_end_ && at < stop && tokens_ < enough_ && !within_piece_) {
    const place seam = of_.tables_.seams().next(at, cut_end_);
    add_piece(words, at, static_cast<std::size_t>(seam - at));
    at = seam;
  }
  if (at == cut_end_) cut_end_ = nullptr;
  return at;
}

// Counts the pieces that begin before `stop` (and some more); where it stopped. From each `read_ahead` bytes
// are readable, up to `readable`.
template <encoding_name Which>
place counting::scan(word_batch& words, place at, place stop, place end, place readable) {
  constexpr bool cased = Which != encoding_name::cl100k_base;
  const pattern& pieces = of_.pattern_;
  while (at < stop && tokens_ < enough_ && !within_piece_) {
    const bool is_sentence = std::max(at[0], at[1]) >= first_of_ideographs;
    if (!is_sentence) {
      const std::uint64_t starts =
          find_piece_starts<cased>(pieces.points(), at, static_cast<std::size_t>(end - at));
      if (starts != 1) {
        if (readable - at >= padded_bytes)
          add_pieces<true>(words, at, starts);
        else
          add_pieces<false>(words, at, starts);
        at += std::bit_width(starts) - 1;
        continue;
      }
    }
    const place next = cased ? pieces.o200k(at, end) : pieces.cl100k(at, end);
    if (is_sentence) {
      cut_end_ = next;
      at = cut(words, at, stop);
    } else {
      add_piece(words, at, static_cast<std::size_t>(next - at));
      at = next;
    }
  }
  return at;
}

void counting::add_piece(word_batch& words, place at, std::size_t size) {
  if (size == 1) {
    ++tokens_;
  } else if (size <= longest_word) {
    words.add({reinterpret_cast<const char*>(at), size});
    count_if_full(words);
  } else if (size <= longest_small_piece) {
    tokens_ += count_small_piece(of_.tables_, memory_, at, static_cast<std::uint32_t>(size));
  } else {
    piece_.begin(of_.tables_, at, size);
    within_piece_ = true;
  }
}

// Of 64 bytes, all pieces whose beginnings and ends are known. A byte alone is a token; of the others, first
// bytes and ends come in turn.
template <bool Padded>
void counting::add_pieces(word_batch& words, place at, std::uint64_t starts) {
  tokens_ += static_cast<std::uint32_t>(std::popcount(starts & starts >> 1U));
  std::uint64_t firsts = starts & ~(starts >> 1U), ends = starts & ~(starts << 1U) & ~std::uint64_t{1};
  for (; ends != 0; firsts &= firsts - 1, ends &= ends - 1) {
    const auto first = std::countr_zero(firsts);
    const auto size = static_cast<std::size_t>(std::countr_zero(ends) - first);
    if (size <= longest_word)
      Padded ? words.add_padded(at + first, size)
             : words.add({reinterpret_cast<const char*>(at + first), size});
    else
      tokens_ += count_small_piece(of_.tables_, memory_, at + first, static_cast<std::uint32_t>(size));
  }
  count_if_full(words);
}

void counting::count_if_full(word_batch& words) {
  if (words.is_full()) tokens_ += words.count();
}

template <encoding_name Which>
void counting::scan_all(word_batch& words, place stop) {
  if (cut_end_ != nullptr) at_ = cut(words, at_, stop);
  if (end_ - at_ >= read_ahead)
    at_ = scan<Which>(words, at_, std::min(stop, end_ - read_ahead + 1), end_, end_);
  if (cut_end_ != nullptr) at_ = cut(words, at_, stop);  // that needs no read_ahead
  if (at_ >= stop || end_ - at_ >= read_ahead || cut_end_ != nullptr || within_piece_) return;
  enough_ = ~std::uint32_t{0};
  const auto left = static_cast<std::size_t>(end_ - at_);
  std::uint8_t tail[read_ahead + padded_bytes]{};
  std::memcpy(tail, at_, left);
  at_ += scan<Which>(words, tail, tail + left, tail + left, std::end(tail)) - tail;
}

bool counting::run(std::size_t bytes) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (!within_piece_) {
    const place stop = at_ + std::min(bytes, left);
    enough_ =
        tokens_ + static_cast<std::uint32_t>(std::min<std::size_t>(bytes, left)) / bytes_worth_a_token + 1;
    word_batch words(of_.tables_, memory_);
    if (of_.which_ == encoding_name::cl100k_base)
      scan_all<encoding_name::cl100k_base>(words, stop);
    else
      scan_all<encoding_name::o200k_base>(words, stop);
    tokens_ += words.count();
  }
  if (within_piece_) {
    if (!piece_.run(of_.tables_, memory_, bytes / 4 + 1)) return false;
    tokens_ += static_cast<std::uint32_t>(piece_.tokens());
    within_piece_ = false;
  }
  return at_ == end_;
}

}  // namespace weir::tokens
