// Runs a fuzz target without libFuzzer, for every compiler: each file of the named folders, and seeded
// mutations of it.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int mutations_per_file = 500;
constexpr unsigned seed = 20261124;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// Overwrites, inserts, removes or doubles a few bytes.
std::string mutated(std::string input, std::mt19937& random) {
  for (auto edits = 1 + random() % 4; edits > 0 && !input.empty(); --edits) {
    const std::size_t at = random() % input.size();
    const auto byte = static_cast<char>(random() % 4 == 0 ? random() : input[random() % input.size()]);
    switch (random() % 4) {
      case 0: input[at] = byte; break;
      case 1: input.insert(at, 1, byte); break;
      case 2: input.erase(at, 1 + random() % 4); break;
      default: input.insert(at, input.substr(at, random() % 32)); break;
    }
  }
  return input;
}

std::vector<std::string> inputs_of(const char* folder) {
  std::vector<std::string> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t runs = 0;
  std::mt19937 random(seed);
  for (int i = 1; i < argc; ++i) {
    for (const auto& input : inputs_of(argv[i])) {
      run(input);
      for (int round = 0; round < mutations_per_file; ++round) run(mutated(input, random));
      runs += 1 + mutations_per_file;
    }
  }
  std::printf("%zu inputs\n", runs);
  return runs > 0 ? 0 : 1;
} catch (const std::exception& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
