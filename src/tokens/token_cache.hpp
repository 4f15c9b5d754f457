// A cache of one worker: the token counts of words, and which tokens are compatible.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "tokens/large_pages.hpp"
#include "tokens/tables.hpp"

namespace weir::tokens {

// Whole keys are compared, so the cache changes the cost of a count and never its result. A newer entry
// replaces the older one of its slot. The size is fixed: 1.5 MB. Not thread-safe.
class token_cache {
 public:
  static constexpr unsigned word_places_log2 = 15, pairs_log2 = 16;
  static constexpr std::uint64_t count_bits = std::uint64_t{15}
                                              << 60U;  // above the length byte of a long word

  // The number of tokens of the word with this key (at most 15 bytes); 0 where it is not cached.
  std::uint32_t tokens_of(const long_word& key) const {
    const word_place& there = words_[place_of(key)];
    const auto is_key = [&](const long_word& w) {
      return w.low == key.low && (w.high & ~count_bits) == key.high;
    };
    if (is_key(there.newer)) return static_cast<std::uint32_t>(there.newer.high >> 60U);
    return is_key(there.older) ? static_cast<std::uint32_t>(there.older.high >> 60U) : 0;
  }
  void prefetch(const long_word& key) const { __builtin_prefetch(&words_[place_of(key)]); }
  void remember(const long_word& key, std::uint32_t tokens) {
    word_place& there = words_[place_of(key)];
    there.older = there.newer;
    there.newer = {key.low, key.high | std::uint64_t{tokens} << 60U};
  }

  // The cached result of tables::may_follow.
  bool may_follow(const tables& t, token_id left, token_id right) {
    const std::uint64_t key = pair_key(left, right) << 2U | present;
    std::uint64_t& there = pairs_[key * multiplier >> (64 - pairs_log2)];
    if ((there & ~std::uint64_t{1}) == key) return (there & 1U) != 0;
    const bool may = t.may_follow(left, right);
    there = key | (may ? 1U : 0U);
    return may;
  }

 private:
  static constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15U;
  static constexpr std::uint64_t present = 2;

  struct word_place {
    long_word newer, older;
  };
  static std::size_t place_of(const long_word& key) {
    return (key.low ^ std::rotl(key.high, 29)) * multiplier >> (64 - word_places_log2);
  }

  large_pages pages_{(sizeof(word_place) << word_places_log2) + (sizeof(std::uint64_t) << pairs_log2)};
  word_place* words_ = reinterpret_cast<word_place*>(pages_.data());
  std::uint64_t* pairs_ =
      reinterpret_cast<std::uint64_t*>(pages_.data() + (sizeof(word_place) << word_places_log2));
};

}  // namespace weir::tokens
