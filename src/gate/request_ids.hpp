// Random identifiers of requests: unique, not secret.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

// One per worker. SplitMix64 (Steele, Lea, Flood 2014) from a random seed: 2 ns a number.
class id_source {
 public:
  explicit id_source(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  // 32 hex digits.
  std::array<char, 32> hex_128() {
    static constexpr char digits[] = "0123456789abcdef";
    std::array<char, 32> out;
    for (std::size_t half = 0; half < 2; ++half) {
      std::uint64_t n = next();
      for (std::size_t i = 0; i < 16; ++i, n >>= 4) out[16 * half + i] = digits[n & 15];
    }
    return out;
  }

 private:
  std::uint64_t state_;
};

}  // namespace weir
