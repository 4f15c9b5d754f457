// What a worker remembers of what it counted: which words have how many tokens, and which tokens may be neighbours.
#pragma once

#include <cstdint>
#include <vector>

#include "tokens/tables.hpp"

namespace weir::tokens {

// Remembers exactly (whole keys are compared) and forgets by overwriting, so a count never depends on it; only its cost does. Of fixed size.
class encoding_memory {
 public:
  static constexpr unsigned words_log2 = 13, pairs_log2 = 15;

  encoding_memory() : words_(std::size_t{1} << words_log2), pairs_(std::size_t{1} << pairs_log2) {}

  // A word by its key in two words (the length in the last byte of `high`); its count in the four bits above the length.
  long_word& word_slot(const long_word& key) {
    return words_[(key.low ^ std::rotl(key.high, 29)) * multiplier >> (64 - words_log2)];
  }

  bool may_follow(const tables& t, token_id left, token_id right) {
    const std::uint64_t key = pair_key(left, right) << 2U | present;
    std::uint64_t& slot = pairs_[key * multiplier >> (64 - pairs_log2)];
    if ((slot & ~std::uint64_t{1}) == key) return (slot & 1U) != 0;
    const bool may = t.may_follow(left, right);
    slot = key | (may ? 1U : 0U);
    return may;
  }

 private:
  static constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15U;
  static constexpr std::uint64_t present = 2;

  std::vector<long_word> words_;
  std::vector<std::uint64_t> pairs_;
};

}  // namespace weir::tokens
