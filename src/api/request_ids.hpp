// Random identifiers of requests and completions. They are unique, not secret.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/random.hpp"

namespace weir::api {

// One per worker, from a random seed.
class request_id_source {
 public:
  explicit request_id_source(std::uint64_t seed) : random_(seed) {}

  std::uint64_t next() { return random_.next(); }

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
  random_source random_;
};

}  // namespace weir::api
