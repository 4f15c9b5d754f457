// Any bytes as a text: the fast counter, at once and in chunks, and the naive encoder say the same. The first
// byte chooses encoding and chunk.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json_escape.hpp"
#include "tokens/encodings.hpp"
#include "tokens/testing/naive_encoder_fixture.hpp"

namespace {

using namespace weir::tokens;

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// With a symbol for each byte that is wrong: of what is no UTF-8 the count means nothing (encoding.hpp).
std::string mended(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = static_cast<unsigned char>(bytes[0]) < 0x80 ? 1 : weir::utf8_sequence(bytes);
    text += size == 0 ? "?" : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

struct pair {
  encoding fast;
  naive_encoder naive;
  token_cache cache;
  explicit pair(encoding_name which) : fast(which), naive(which, WEIR_TOKEN_DATA) {}

  void check(std::string_view text, std::size_t chunk) {
    const std::uint32_t tokens = fast.count(text, cache);
    require(tokens == naive.count(text), "the fast counter and the naive one agree");
    token_cache empty;
    require(tokens == fast.count(text, empty), "what is remembered changes nothing");
    chunked_count chunked(fast, text, cache);
    while (!chunked.run(chunk)) {
    }
    require(tokens == chunked.tokens(), "slices change nothing");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 4096;  // the naive encoder is quadratic
  if (size < 1 || size > longest) return 0;
  static pair o200k(encoding_name::o200k_base), cl100k(encoding_name::cl100k_base);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  pair& both = data[0] % 2 == 0 ? o200k : cl100k;
  both.fast.count(bytes, both.cache);  // whatever it says, it reads nothing else
  both.check(mended(bytes), 1 + data[0] / 2);
  return 0;
}
