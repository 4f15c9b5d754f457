// Concatenates aligned parts into the file that becomes part of the program.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace weir::tokens {

class blob {
 public:
  // Appends the values and returns their offset, which is aligned to a cache line.
  template <class T>
  std::uint32_t append(const std::vector<T>& values) {
    constexpr std::size_t line_bytes = 64;
    bytes_.resize((bytes_.size() + line_bytes - 1) / line_bytes * line_bytes, '\0');
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return at;
  }
  template <class T>
  void write_at(std::size_t offset, const T& value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace weir::tokens
