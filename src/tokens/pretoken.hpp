// Counts the tokens of a pre-token: finds, from the left, the only sequence of tokens in which every two
// neighbours are compatible.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "tokens/tables.hpp"
#include "tokens/token_cache.hpp"

namespace weir::tokens {

// At every position the longest token is tried first, then its prefixes; where none is compatible, the token
// before is shortened. A position that failed is never tried again, so each is entered once and the work is
// linear in the size. (Source: github/rust-gems, crate bpe, "backtracking encoder", with the proof that the
// first sequence found is the encoding.)

// For pre-tokens whose positions fit the bits of a machine word.
inline constexpr std::uint32_t max_short_pretoken = 63;

inline std::uint32_t count_small_pretoken(const tables& t, token_cache& memory, const std::uint8_t* text,
                                          std::uint32_t size) {
  std::uint32_t stack[max_short_pretoken + 1];
  std::uint64_t open = ~std::uint64_t{0};
  std::uint32_t depth = 0, at = 0;
  token_id token = t.longest(text, size);
  for (;;) {
    const std::uint32_t end = at + t.info(token).length();
    if ((open >> end & 1U) != 0 && (depth == 0 || memory.may_follow(t, stack[depth - 1], token))) {
      stack[depth++] = token;
      if (end == size) return depth;
      at = end;
      token = t.longest(text + at, size - at);
    } else if (const token_id shorter = t.info(token).prefix(); shorter != no_token) {
      token = shorter;
    } else {
      open &= ~(std::uint64_t{1} << at);
      token = stack[--depth];
      at -= t.info(token).length();
    }
  }
}

// For pre-tokens of any size, in steps. A token that just matched is tried first at the next position;
// otherwise runs of one letter would try every length everywhere.
class large_pretoken {
 public:
  // Begins a pre-token and drops an unfinished one. The text must stay alive until run() returns true.
  void begin(const tables& t, const std::uint8_t* text, std::size_t size);
  // Takes at most `steps` steps; a step tries one token. False where it is not done yet.
  bool run(const tables& t, token_cache& memory, std::size_t steps);
  // The count, once run() has returned true.
  std::size_t tokens() const { return stack_.size(); }
  // For tests of the bounds: the bytes that were walked in search of the longest tokens so far.
  std::size_t walked() const { return walked_; }

 private:
  void accept(const tables& t, std::size_t end);
  void reject(const tables& t);
  void take_longest(const tables& t);

  const std::uint8_t* text_ = nullptr;
  std::size_t size_ = 0, at_ = 0, walked_ = 0;
  token_id token_ = no_token;  // the token to try at at_
  bool guessed_ = false;  // because it matched before; otherwise it is the longest token, or a prefix of it
  // A token of the sequence so far, in four bytes: a pre-token may have megabytes, with one token a byte.
  class tried {
   public:
    tried(token_id token, bool guessed) : bits_(token << 1U | (guessed ? 1U : 0U)) {}
    token_id token() const { return bits_ >> 1U; }
    bool guessed() const { return (bits_ & 1U) != 0; }

   private:
    std::uint32_t bits_;
  };
  std::deque<tried> stack_;  // a deque, because it grows without a copy
  std::vector<bool> closed_;
};

}  // namespace weir::tokens
