// Finds the end of the next pre-token of a text: the patterns of the encodings as code, alternative by
// alternative, in the order of the patterns.
#pragma once

#include <cstdint>

#include "tokens/code_point.hpp"

namespace weir::tokens {

using place = const std::uint8_t*;

inline constexpr std::size_t longest_contraction = 3;

// Finds pre-tokens from the left. The text before `at` does not matter, so the search can stop and resume at
// the end of any pre-token. Source of both patterns: tiktoken 0.14.0, tiktoken_ext/openai_public.py. `at` <
// `end` everywhere.
class pattern {
 public:
  // o200k_base and o200k_harmony, alternatives joined by |:
  //   [^\r\n\p{L}\p{N}]?[U]*[L]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
  //   [^\r\n\p{L}\p{N}]?[U]+[L]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
  //     where [U] is [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] and [L] is [\p{Ll}\p{Lm}\p{Lo}\p{M}]
  //   \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
  place o200k(place at, place end) const;
  // cl100k_base:
  //   '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?+\p{L}++ | \p{N}{1,3}+ | ?[^\s\p{L}\p{N}]++[\r\n]*+ | \s++$ |
  //   \s*[\r\n] | \s+(?!\S) | \s
  place cl100k(place at, place end) const;

  const code_points& points() const { return points_; }

  // Returns the position behind 's, 't, 're, 've, 'm, 'll or 'd, in any case, at `at`; otherwise `at`. The
  // long s is an s (simple case folding).
  static place contraction(place at, place end);

 private:
  place cased_word(place at, place end) const;
  place letters(place at, place end) const;
  place digits(place at, place end) const;
  place symbols(place at, place end, bool slash_ends_a_line) const;
  place whitespaces(place at, place end, bool last_whitespaces_are_one) const;

  code_points points_;
};

}  // namespace weir::tokens
