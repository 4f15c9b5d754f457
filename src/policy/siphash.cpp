#include "policy/siphash.hpp"

#include <bit>
#include <cstring>

namespace weir::policy {
namespace {

struct sip_state {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t squeeze() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

// The last 0 to 7 bytes with the low byte of the length on top, as the algorithm pads them.
std::uint64_t last_word(std::string_view text) {
  std::uint64_t word = 0;
  const std::size_t whole = text.size() & ~std::size_t{7};
  std::memcpy(&word, text.data() + whole, text.size() - whole);
  return word | static_cast<std::uint64_t>(text.size()) << 56;
}

}  // namespace

siphash_tag siphash_128(const siphash_key& key, std::string_view text) {
  static_assert(std::endian::native == std::endian::little, "words are read in place");
  sip_state s{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU ^ 0xeeU,
              key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
  for (std::size_t at = 0; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    s.absorb(word);
  }
  s.absorb(last_word(text));
  s.v2 ^= 0xeeU;
  const std::uint64_t low = s.squeeze();
  s.v1 ^= 0xddU;
  return {low, s.squeeze()};
}

}  // namespace weir::policy
