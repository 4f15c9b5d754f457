#include "openai/image_size.hpp"

#include <array>
#include <cstddef>

namespace weir::openai {
namespace {

constexpr std::size_t most_jpeg_segments = 256;

constexpr auto base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xff);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

// Random access to the bytes of Base64 text: byte i lies in the group of four characters i / 3.
class base64_bytes {
 public:
  explicit base64_bytes(std::string_view text) : text_(text) {}

  // Returns 0 behind the end and for invalid Base64.
  std::uint32_t at(std::size_t i) const {
    const std::size_t group = i / 3 * 4, within = i % 3;
    return (value(group + within) << (2 * within + 2) | value(group + within + 1) >> (4 - 2 * within)) &
           0xffU;
  }
  std::uint32_t big16(std::size_t i) const { return at(i) << 8U | at(i + 1); }
  std::uint32_t big32(std::size_t i) const { return big16(i) << 16U | big16(i + 2); }
  std::uint32_t little16(std::size_t i) const { return at(i + 1) << 8U | at(i); }
  std::uint32_t little24(std::size_t i) const { return at(i + 2) << 16U | little16(i); }
  bool has(std::size_t i, std::string_view bytes) const {
    for (std::size_t k = 0; k < bytes.size(); ++k) {
      if (at(i + k) != static_cast<unsigned char>(bytes[k])) return false;
    }
    return true;
  }

 private:
  std::uint32_t value(std::size_t i) const {
    const std::uint8_t v = i < text_.size() ? base64_values[static_cast<unsigned char>(text_[i])] : 0xff;
    return v == 0xff ? 0 : v;
  }
  std::string_view text_;
};

// WebP container specification: "RIFF" size "WEBP", then the first chunk.
image_size webp_size(const base64_bytes& b) {
  if (b.has(12, "VP8X")) return {b.little24(24) + 1, b.little24(27) + 1};
  if (b.has(12, "VP8L")) {
    const std::uint32_t bits = b.little24(21) | b.at(24) << 24U;
    return {(bits & 0x3fffU) + 1, (bits >> 14U & 0x3fffU) + 1};
  }
  if (b.has(12, "VP8 ")) return {b.little16(26) & 0x3fffU, b.little16(28) & 0x3fffU};
  return {};
}

// ITU T.81, B.1.1.3: segments of marker, length, payload; the frame header SOFn holds height and width.
image_size jpeg_size(const base64_bytes& b) {
  std::size_t at = 2;
  for (std::size_t i = 0; i < most_jpeg_segments && b.at(at) == 0xff; ++i) {
    const std::uint32_t marker = b.at(at + 1);
    const bool is_frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (is_frame) return {b.big16(at + 7), b.big16(at + 5)};
    if (marker == 0xff) {
      ++at;  // a fill byte
    } else {
      at += 2 + b.big16(at + 2);
    }
  }
  return {};
}

}  // namespace

std::optional<image_size> read_image_size(std::string_view url) {
  constexpr std::string_view scheme = "data:image/";
  const std::size_t comma = url.substr(0, 128).find(',');
  if (!url.starts_with(scheme) || comma == std::string_view::npos ||
      !url.substr(0, comma).ends_with(";base64"))
    return std::nullopt;
  const base64_bytes b(url.substr(comma + 1));
  image_size size;
  if (b.has(0, "\x89PNG\r\n"))
    size = {b.big32(16), b.big32(20)};
  else if (b.has(0, "GIF8"))
    size = {b.little16(6), b.little16(8)};
  else if (b.has(0, "RIFF") && b.has(8, "WEBP"))
    size = webp_size(b);
  else if (b.has(0, "\xff\xd8"))
    size = jpeg_size(b);
  if (size.width == 0 || size.height == 0) return std::nullopt;
  return size;
}

}  // namespace weir::openai
