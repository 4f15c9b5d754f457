// Builds a short text on the stack by plain copies and std::to_chars, without an allocation.
#pragma once

#include <array>
#include <cassert>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir {

// Holds at most N bytes. The caller must know that the text fits: debug builds assert it, other builds cut
// the text.
template <std::size_t N>
class text_buffer {
 public:
  text_buffer& put(std::string_view text) {
    assert(text.size() <= N - size_);
    text = text.substr(0, N - size_);
    std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }

  text_buffer& number(std::uint64_t n) {
    const auto end = std::to_chars(bytes_.data() + size_, bytes_.data() + N, n);
    assert(end.ec == std::errc());
    size_ = static_cast<std::size_t>(end.ptr - bytes_.data());
    return *this;
  }

  // Appends a duration in the form of Go's time.Duration: 0s, 120ms, 9.816s, 1m0s, 1h0m0.5s. At most 24
  // bytes.
  text_buffer& duration_ms(std::uint64_t ms) {
    if (ms == 0) return put("0s");
    if (ms < 1000) return number(ms).put("ms");
    const std::uint64_t hours = ms / 3'600'000, minutes = ms / 60'000 % 60;
    if (hours != 0) number(hours).put("h");
    if (hours != 0 || minutes != 0) number(minutes).put("m");
    number(ms / 1000 % 60);
    return fraction(static_cast<unsigned>(ms % 1000)).put("s");
  }

  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  // Appends the thousandths of a second without trailing zeros.
  text_buffer& fraction(unsigned thousandths) {
    if (thousandths == 0) return *this;
    const std::array<char, 4> digits{'.', static_cast<char>('0' + thousandths / 100),
                                     static_cast<char>('0' + thousandths / 10 % 10),
                                     static_cast<char>('0' + thousandths % 10)};
    std::size_t n = digits.size();
    while (digits[n - 1] == '0') --n;
    return put({digits.data(), n});
  }

  std::array<char, N> bytes_;
  std::size_t size_ = 0;
};

}  // namespace weir
