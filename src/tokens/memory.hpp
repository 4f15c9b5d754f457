// What a worker remembers of what it counted: which words have how many tokens, and which tokens may be neighbours.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "tokens/tables.hpp"

namespace weir::tokens {

// Remembers exactly (whole keys are compared) and forgets the oldest of a place, so a count never depends on it; only its cost does. Of fixed
// size: 1.3 MB, of which only what is used takes memory.
class encoding_memory {
 public:
  static constexpr unsigned word_places_log2 = 15, pairs_log2 = 15;
  static constexpr std::uint64_t count_bits = std::uint64_t{15} << 60U;  // above the length of a long word

  encoding_memory() : words_(zeros<word_place>(word_places_log2)), pairs_(zeros<std::uint64_t>(pairs_log2)) {}

  // The tokens of a word of at most 15 bytes by its key; 0 where it is not remembered.
  std::uint32_t tokens_of(const long_word& key) const {
    const word_place& there = words_[place_of(key)];
    const auto is_key = [&](const long_word& w) { return w.low == key.low && (w.high & ~count_bits) == key.high; };
    if (is_key(there.newer)) return static_cast<std::uint32_t>(there.newer.high >> 60U);
    return is_key(there.older) ? static_cast<std::uint32_t>(there.older.high >> 60U) : 0;
  }
  void remember(const long_word& key, std::uint32_t tokens) {
    word_place& there = words_[place_of(key)];
    there.older = there.newer;
    there.newer = {key.low, key.high | std::uint64_t{tokens} << 60U};
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

  struct word_place {
    long_word newer, older;
  };
  static std::size_t place_of(const long_word& key) { return (key.low ^ std::rotl(key.high, 29)) * multiplier >> (64 - word_places_log2); }

  struct free_memory {
    void operator()(void* p) const { std::free(p); }
  };
  template <class T>
  using zeroed = std::unique_ptr<T[], free_memory>;
  // From calloc, whose pages take no memory until they are used.
  template <class T>
  static zeroed<T> zeros(unsigned log2) {
    void* const memory = std::calloc(std::size_t{1} << log2, sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    return zeroed<T>(static_cast<T*>(memory));
  }

  zeroed<word_place> words_;
  zeroed<std::uint64_t> pairs_;
};

}  // namespace weir::tokens
