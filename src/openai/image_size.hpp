// The size of the picture in a data URL, read from its first bytes without decoding it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::openai {

struct image_size {
  std::uint32_t width = 0, height = 0;
};

// For data:image/...;base64,... with a PNG, GIF, WebP or JPEG. Empty for other URLs and where the bytes have
// no size. Costs a few table lookups, and for a JPEG one for each segment.
std::optional<image_size> read_image_size(std::string_view url);

}  // namespace weir::openai
