// What a worker remembers of what it counted: which words have how many tokens, and which tokens may be neighbours.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "tokens/tables.hpp"

namespace weir::tokens {

// Remembers exactly (whole keys are compared) and forgets by overwriting, so a count never depends on it; only its cost does. Of fixed size: 768 KB.
class encoding_memory {
 public:
  static constexpr unsigned words_log2 = 15, pairs_log2 = 15;

  encoding_memory() : words_(zeros<long_word>(words_log2)), pairs_(zeros<std::uint64_t>(pairs_log2)) {}

  // A word by its key; its count in the four highest bits, above the length of a long word.
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

  zeroed<long_word> words_;
  zeroed<std::uint64_t> pairs_;
};

}  // namespace weir::tokens
