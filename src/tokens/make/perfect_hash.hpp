// Builds the perfect hashes: for each bucket of keys the pilot that sends all of them to slots nobody has.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tokens/table_format.hpp"

namespace weir::tokens::make {

struct perfect_hash {
  hash_shape shape;
  std::vector<std::uint16_t> pilots;
  std::vector<std::uint32_t> key_of_slot;  // index of the key, or no_key
  static constexpr std::uint32_t no_key = 0xffffffffU;
};

// `hash(seed, i)` is hash_of of key i; keys are distinct. Seeds are tried in order, so the result is always the same.
// Throws std::runtime_error where no seed will do.
perfect_hash build_perfect_hash(std::uint32_t keys, const std::function<std::uint64_t(std::uint64_t seed, std::uint32_t key)>& hash);

}  // namespace weir::tokens::make
