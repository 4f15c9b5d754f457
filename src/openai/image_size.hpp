// How large the picture in a data URL is: read from its first bytes, nothing is decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::openai {

struct image_size {
  std::uint32_t width = 0, height = 0;
};

// Of `data:image/…;base64,…` holding a PNG, GIF, WebP or JPEG. Nothing for other URLs, and where the bytes
// tell no size. Cost: a few table lookups; for a JPEG one for each of its segments.
std::optional<image_size> read_image_size(std::string_view url);

}  // namespace weir::openai
