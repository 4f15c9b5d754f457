// What it costs to count a prompt that nobody saw before, with a cold cache: 400 bytes each, 8 MB of other
// memory touched between any two.
//   prompt_bench FILE [o200k_base|cl100k_base]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tokens/encodings.hpp"

namespace {

using namespace weir::tokens;

constexpr std::size_t prompt_bytes = 400, other_bytes = 8U << 20U, cache_line = 64, most_prompts = 1000;

double seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

bool is_inside(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

// Distinct stretches of the text, cut between characters.
std::vector<std::string_view> prompts_of(std::string_view text) {
  std::vector<std::string_view> prompts;
  for (std::size_t at = 0; at + prompt_bytes < text.size() && prompts.size() < most_prompts;) {
    std::size_t end = at + prompt_bytes;
    while (is_inside(text[end])) --end;
    prompts.push_back(text.substr(at, end - at));
    at = end;
  }
  return prompts;
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto which = find_encoding(argc > 2 ? argv[2] : "o200k_base");
  if (text.size() <= prompt_bytes || !which) {
    std::fputs("usage: prompt_bench FILE [o200k_base|cl100k_base]\n", stderr);
    return 2;
  }
  const double begun = seconds();
  const encodings all(*which);
  const encoding& counter = all.of(*which);
  token_cache memory;
  const double started = seconds();
  std::vector<unsigned char> other(other_bytes, 1);
  std::vector<double> microseconds;
  std::uint64_t tokens = 0;
  for (const std::string_view prompt : prompts_of(text)) {
    for (std::size_t i = 0; i < other.size(); i += cache_line) ++other[i];
    const double before = seconds();
    tokens += counter.count(prompt, memory);
    microseconds.push_back((seconds() - before) * 1e6);
  }
  std::sort(microseconds.begin(), microseconds.end());
  const auto at = [&](double share) {
    return microseconds[static_cast<std::size_t>(share * static_cast<double>(microseconds.size() - 1))];
  };
  std::printf(
      "ready in %.3f ms; %zu prompts of %zu bytes, %llu tokens: %.2f us median, %.2f us p10, %.2f us p90\n",
      (started - begun) * 1e3, microseconds.size(), prompt_bytes, static_cast<unsigned long long>(tokens),
      at(0.5), at(0.1), at(0.9));
  return other[0] == 0 ? 1 : 0;
}
