#include "tokens/encoding.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "tokens/pretoken_starts.hpp"
#include "tokens/word_batch.hpp"

namespace weir::tokens {
namespace {

// The number of bytes that may be read at any position. The end of a text is copied to a buffer that has
// them.
constexpr std::ptrdiff_t read_ahead = mask_bytes;
static_assert(read_ahead - 1 <= max_short_pretoken);
// The number of bytes read where a word may begin at any of 64 positions.
constexpr std::ptrdiff_t padded_bytes = mask_bytes + sizeof(long_word);

// Tokens of ordinary text have more bytes than this. Text with shorter tokens is slower to count, so its
// chunks are shorter.
constexpr std::uint32_t bytes_worth_a_token = 4;

// Text that begins with these bytes is mostly letters without case, in long pre-tokens that are found one by
// one.
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

std::uint32_t encoding::count(std::string_view text, token_cache& cache) const {
  chunked_count all(*this, text, cache);
  while (!all.run(text.size())) {
  }
  return all.tokens();
}

chunked_count::chunked_count(const encoding& of, std::string_view text, token_cache& cache)
    : of_(of), cache_(cache), at_(reinterpret_cast<place>(text.data())), end_(at_ + text.size()) {}

// Splits a pre-token at its safe split points up to `stop` or a little beyond. Returns where it stopped.
place chunked_count::cut(word_batch& words, place at, place stop) {
  while (at < cut_end_ && at < stop && tokens_ < enough_ && !within_pretoken_) {
    const place split_point = of_.tables_.split_points().next(at, cut_end_);
    add_pretoken(words, at, static_cast<std::size_t>(split_point - at));
    at = split_point;
  }
  if (at == cut_end_) cut_end_ = nullptr;
  return at;
}

// Counts the pre-tokens that begin before `stop`, and a few more. Returns where it stopped. `read_ahead`
// bytes are readable at each pre-token, up to `readable`.
template <encoding_name Which>
place chunked_count::scan(word_batch& words, place at, place stop, place end, place readable) {
  constexpr bool cased = Which != encoding_name::cl100k_base;
  const pattern& pretokens = of_.pattern_;
  while (at < stop && tokens_ < enough_ && !within_pretoken_) {
    const bool is_sentence = std::max(at[0], at[1]) >= first_of_ideographs;
    if (!is_sentence) {
      const std::uint64_t starts =
          find_pretoken_starts<cased>(pretokens.points(), at, static_cast<std::size_t>(end - at));
      if (starts != 1) {
        if (readable - at >= padded_bytes)
          add_pretokens<true>(words, at, starts);
        else
          add_pretokens<false>(words, at, starts);
        at += std::bit_width(starts) - 1;
        continue;
      }
    }
    const place next = cased ? pretokens.o200k(at, end) : pretokens.cl100k(at, end);
    if (is_sentence) {
      cut_end_ = next;
      at = cut(words, at, stop);
    } else {
      add_pretoken(words, at, static_cast<std::size_t>(next - at));
      at = next;
    }
  }
  return at;
}

void chunked_count::add_pretoken(word_batch& words, place at, std::size_t size) {
  if (size == 1) {
    ++tokens_;
  } else if (size <= longest_word) {
    words.add({reinterpret_cast<const char*>(at), size});
    count_if_full(words);
  } else if (size <= max_short_pretoken) {
    tokens_ += count_small_pretoken(of_.tables_, cache_, at, static_cast<std::uint32_t>(size));
  } else {
    pretoken_.begin(of_.tables_, at, size);
    within_pretoken_ = true;
  }
}

// Handles all pre-tokens of 64 bytes whose begin and end are known. A single byte is one token; for the
// others, the masks give begins and ends alternately.
template <bool Padded>
void chunked_count::add_pretokens(word_batch& words, place at, std::uint64_t starts) {
  tokens_ += static_cast<std::uint32_t>(std::popcount(starts & starts >> 1U));
  std::uint64_t firsts = starts & ~(starts >> 1U), ends = starts & ~(starts << 1U) & ~std::uint64_t{1};
  for (; ends != 0; firsts &= firsts - 1, ends &= ends - 1) {
    const auto first = std::countr_zero(firsts);
    const auto size = static_cast<std::size_t>(std::countr_zero(ends) - first);
    if (size <= longest_word)
      Padded ? words.add_padded(at + first, size)
             : words.add({reinterpret_cast<const char*>(at + first), size});
    else
      tokens_ += count_small_pretoken(of_.tables_, cache_, at + first, static_cast<std::uint32_t>(size));
  }
  count_if_full(words);
}

void chunked_count::count_if_full(word_batch& words) {
  if (words.is_full()) tokens_ += words.count();
}

template <encoding_name Which>
void chunked_count::scan_all(word_batch& words, place stop) {
  if (cut_end_ != nullptr) at_ = cut(words, at_, stop);
  if (end_ - at_ >= read_ahead)
    at_ = scan<Which>(words, at_, std::min(stop, end_ - read_ahead + 1), end_, end_);
  if (cut_end_ != nullptr) at_ = cut(words, at_, stop);  // this one needs no read_ahead
  if (at_ >= stop || end_ - at_ >= read_ahead || cut_end_ != nullptr || within_pretoken_) return;
  enough_ = ~std::uint32_t{0};
  const auto left = static_cast<std::size_t>(end_ - at_);
  std::uint8_t tail[read_ahead + padded_bytes]{};
  std::memcpy(tail, at_, left);
  at_ += scan<Which>(words, tail, tail + left, tail + left, std::end(tail)) - tail;
}

bool chunked_count::run(std::size_t bytes) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (!within_pretoken_) {
    const place stop = at_ + std::min(bytes, left);
    enough_ =
        tokens_ + static_cast<std::uint32_t>(std::min<std::size_t>(bytes, left)) / bytes_worth_a_token + 1;
    word_batch words(of_.tables_, cache_);
    if (of_.which_ == encoding_name::cl100k_base)
      scan_all<encoding_name::cl100k_base>(words, stop);
    else
      scan_all<encoding_name::o200k_base>(words, stop);
    tokens_ += words.count();
  }
  if (within_pretoken_) {
    if (!pretoken_.run(of_.tables_, cache_, bytes / 4 + 1)) return false;
    tokens_ += static_cast<std::uint32_t>(pretoken_.tokens());
    within_pretoken_ = false;
  }
  return at_ == end_;
}

}  // namespace weir::tokens
