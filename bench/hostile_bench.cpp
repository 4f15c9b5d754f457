// What a megabyte costs that somebody wrote to be costly: MB/s beside ordinary text, and the longest chunk.
//   hostile_bench [o200k_base|cl100k_base [BYTES]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "tokens/encodings.hpp"

namespace {

using namespace weir::tokens;

constexpr std::size_t megabyte = 1'000'000, chunk_bytes = 16U << 10U;
constexpr int rounds = 4;

struct kind {
  const char* name;
  std::string text;
};

std::string repeated(std::string_view unit) {
  std::string text;
  while (text.size() < megabyte) text += unit;
  return text;
}

// Characters from `first` on, `count` of them, at random.
std::string random_points(std::uint32_t first, std::uint32_t count) {
  std::mt19937 random(20261124);
  std::string text;
  while (text.size() < megabyte) {
    const std::uint32_t point = first + static_cast<std::uint32_t>(random()) % count;
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (point >> shift & 0x3fU)); };
    if (point < 0x80)
      text += static_cast<char>(point);
    else if (point < 0x800)
      text += static_cast<char>(0xc0U | point >> 6U), tail(0);
    else if (point < 0x10000)
      text += static_cast<char>(0xe0U | point >> 12U), tail(6), tail(0);
    else
      text += static_cast<char>(0xf0U | point >> 18U), tail(12), tail(6), tail(0);
  }
  return text;
}

std::vector<kind> kinds() {
  return {{"ordinary text", repeated("The river takes what the mountain gives, and the weir lets through "
                                     "what the mill below can carry; no more than "
                                     "that, said Mr. O'Neill in 1871, \"and it's never less.\"\n\n    for "
                                     "(int i = 0; i < 10; ++i) total += flow[i];\n")},
          {"one letter", repeated("a")},
          {"two letters, two cases", repeated("aA")},
          {"the alphabet", repeated("abcdefghijklmnopqrstuvwxyz")},
          {"spaces", repeated(" ")},
          {"blank lines", repeated("  \n")},
          {"one sign", repeated("!")},
          {"many signs", repeated("!?#$%&*+-=<>|~^")},
          {"digits", random_points('0', 10)},
          {"one emoji", repeated("😀")},
          {"emoji at random", random_points(0x1f300, 600)},
          {"one combining mark", repeated("\u0301")},
          {"one ideograph", repeated("的")},
          {"ideographs at random", random_points(0x4e00, 20'000)},
          {"letters at random", random_points('a', 26)}};
}

double seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct cost {
  double whole = 1e9, longest_chunk = 1e9;  // seconds, the best of the rounds
};

cost measure(const encoding& counter, std::string_view text) {
  cost best;
  for (int i = 0; i < rounds; ++i) {
    token_cache memory;
    double longest = 0;
    const double begun = seconds();
    chunked_count all(counter, text, memory);
    for (bool done = false; !done;) {
      const double before = seconds();
      done = all.run(chunk_bytes);
      longest = std::max(longest, seconds() - before);
    }
    best = {std::min(best.whole, seconds() - begun), std::min(best.longest_chunk, longest)};
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const auto which = find_encoding(argc > 1 ? argv[1] : "o200k_base");
  const std::size_t bytes = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : megabyte;
  if (!which || bytes == 0)
    return std::fputs("usage: hostile_bench [o200k_base|cl100k_base [BYTES]]\n", stderr), 2;
  const encodings all(*which);
  double ordinary = 0;
  std::puts("| a megabyte of | MB/s | x ordinary text | longest slice, ms |\n|---|---|---|---|");
  for (const kind& k : kinds()) {
    const std::string_view text = std::string_view(k.text).substr(0, bytes / 12 * 12);  // whole characters
    const cost c = measure(all.of(*which), text);
    if (ordinary == 0) ordinary = c.whole;
    std::printf("| %s | %.0f | %.1f | %.2f |\n", k.name, static_cast<double>(text.size()) / c.whole / 1e6,
                c.whole / ordinary, c.longest_chunk * 1e3);
  }
  return 0;
}
