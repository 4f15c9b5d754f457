// How many tokens a piece has: the only sequence of tokens in which any two neighbours may stand side by
// side, found from the left.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "tokens/memory.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

// At every place the longest token is tried first, then its prefixes; where none may follow, the token before
// is shortened. A place that led nowhere is closed, and never entered again: each is entered once, so the
// work is linear in the size. (github/rust-gems, crate bpe: "backtracking encoder", with the proof that the
// first sequence found is the encoding.)

// Of pieces whose places fit the bits of a word.
inline constexpr std::uint32_t longest_small_piece = 63;

inline std::uint32_t count_small_piece(const tables& t, encoding_memory& memory, const std::uint8_t* text,
                                       std::uint32_t size) {
  std::uint32_t stack[longest_small_piece + 1];
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

// Of pieces of any size, a part at a time. What was right once is tried first where it stands again: runs of
// one letter would else be tried in all lengths at every place.
class large_piece {
 public:
  // Begins a piece; what was left of another is forgotten. The text lives until done().
  void begin(const tables& t, const std::uint8_t* text, std::size_t size);
  // Takes at most so many steps, each of them a token tried; false: not done yet.
  bool run(const tables& t, encoding_memory& memory, std::size_t steps);
  // After run() returned true.
  std::size_t tokens() const { return stack_.size(); }
  // So far, for bounds: bytes of the longest tokens that were looked for.
  std::size_t walked() const { return walked_; }

 private:
  void accept(const tables& t, std::size_t end);
  void reject(const tables& t);
  void take_longest(const tables& t);

  const std::uint8_t* text_ = nullptr;
  std::size_t size_ = 0, at_ = 0, walked_ = 0;
  token_id token_ = no_token;  // to be tried at at_
  bool guessed_ = false;       // because it stood before; else the longest, or a prefix of it
  // A token that was right so far, in four bytes: a piece may be megabytes, of a token each byte.
  class tried {
   public:
    tried(token_id token, bool guessed) : bits_(token << 1U | (guessed ? 1U : 0U)) {}
    token_id token() const { return bits_ >> 1U; }
    bool guessed() const { return (bits_ & 1U) != 0; }

   private:
    std::uint32_t bits_;
  };
  std::deque<tried> stack_;  // grows without a copy: a slice is no place for one
  std::vector<bool> closed_;
};

}  // namespace weir::tokens
