// Any bytes as a text: the fast counter, at once and in slices, and the naive encoder say the same. The first byte chooses encoding and slice.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tokens/encodings.hpp"
#include "tokens/naive_encoder.hpp"

namespace {

using namespace weir::tokens;

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Bytes of the character that `text` begins with; 0: it is no UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t bytes = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
  if (bytes == 0 || text.size() < bytes) return 0;
  std::uint32_t point = first & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    point = point << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  return point < least[bytes] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? 0 : bytes;
}

// With a sign for each byte that is wrong: of what is no UTF-8 the count means nothing (encoding.hpp).
std::string mended(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = character_bytes(bytes);
    text += size == 0 ? "?" : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

struct pair {
  encoding fast;
  naive_encoder naive;
  encoding_memory memory;
  explicit pair(encoding_name which) : fast(which), naive(which, WEIR_TOKEN_DATA) {}

  void check(std::string_view text, std::size_t slice) {
    const std::uint32_t tokens = fast.count(text, memory);
    require(tokens == naive.count(text), "the fast counter and the naive one agree");
    encoding_memory empty;
    require(tokens == fast.count(text, empty), "what is remembered changes nothing");
    counting sliced(fast, text, memory);
    while (!sliced.run(slice)) {}
    require(tokens == sliced.tokens(), "slices change nothing");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 4096;  // the naive encoder is quadratic
  if (size < 1 || size > longest) return 0;
  static pair o200k(encoding_name::o200k_base), cl100k(encoding_name::cl100k_base);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  pair& both = data[0] % 2 == 0 ? o200k : cl100k;
  both.fast.count(bytes, both.memory);  // whatever it says, it reads nothing else
  both.check(mended(bytes), 1 + data[0] / 2);
  return 0;
}
