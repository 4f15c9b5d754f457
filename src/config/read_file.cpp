#include "config/read_file.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace weir::config {

bool is_absent(const std::string& path) {
  std::error_code ec;
  return !std::filesystem::exists(path, ec) && !ec;
}

result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
  if (is_absent(path)) return error{path + ": no such file"};
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) return error{path + ": this is a folder; name a file"};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return error{path + ": cannot be opened: " + std::generic_category().message(errno)};
  std::string text;
  std::array<char, 65536> part;
  while (file && text.size() <= most_bytes) {
    file.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return error{path + ": cannot be read: " + std::generic_category().message(errno)};
  if (text.size() > most_bytes) return error{path + ": larger than " + std::to_string(most_bytes) + " bytes"};
  // A string alone would be ambiguous, because an error is made from a string too.
  return {boost::system::in_place_value, std::move(text)};
}

}  // namespace weir::config
