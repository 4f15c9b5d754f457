// Any bytes as a key file: keys that can be used, or an error that names the file; the same twice; never an
// exception.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "policy/key_file.hpp"

namespace {

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto first = policy::parse_keys(text, "file");
  const auto again = policy::parse_keys(text, "file");
  require(first.has_value() == again.has_value(), "the outcome is the same again");
  if (!first) {
    require(first.error().message.rfind("file:", 0) == 0, "an error begins with the file's name");
    require(first.error().message == again.error().message, "the error is the same again");
    return 0;
  }
  require(!first->empty(), "a key file has keys");
  std::set<std::string> keys;
  for (const policy::key_entry& entry : *first) {
    require(!entry.key.empty() && keys.insert(entry.key).second, "keys are there once each");
  }
  return 0;
}
