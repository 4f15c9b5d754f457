// Where the next piece of a text ends: the patterns of the encodings as code, alternative by alternative in
// the patterns' order.
#pragma once

#include <cstdint>

#include "tokens/code_point.hpp"

namespace weir::tokens {

using place = const std::uint8_t*;

inline constexpr std::size_t longest_contraction = 3;

// Finds pieces from the left; what is before `at` does not matter, so any end of a piece is a safe place to
// stop and go on. Source of both patterns: tiktoken 0.14.0, tiktoken_ext/openai_public.py. `at` < `end`
// everywhere.
class pattern {
 public:
  // o200k_base and o200k_harmony, alternatives joined by |:
  //   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
  //   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
  //   \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
  place o200k(place at, place end) const;
  // cl100k_base:
  //   '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?+\p{L}++ | \p{N}{1,3}+ | ?[^\s\p{L}\p{N}]++[\r\n]*+ | \s++$ |
  //   \s*[\r\n] | \s+(?!\S) | \s
  place cl100k(place at, place end) const;

  const code_points& points() const { return points_; }

  // Behind 's, 't, 're, 've, 'm, 'll or 'd in any case at `at`, where there is one; else `at`. The long s is
  // an s (simple case folding).
  static place contraction(place at, place end);

 private:
  place cased_word(place at, place end) const;
  place letters(place at, place end) const;
  place digits(place at, place end) const;
  place signs(place at, place end, bool slash_ends_a_line) const;
  place blanks(place at, place end, bool last_blanks_are_one) const;

  code_points points_;
};

}  // namespace weir::tokens
