// The tokens that a model family charges beside texts: the frame around messages, and pictures.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "openai/image_size.hpp"

namespace weir::openai {

enum class image_detail : std::uint8_t { automatic, low, high };

// A picture in a request. Without a size (a remote URL, or a format that is not read) it costs
// tokens_per_media_part.
struct image {
  image_size size;
  image_detail detail = image_detail::automatic;
  bool has_size() const { return size.width != 0; }
};

// Either tiles (a base, and a cost for each 512 x 512 after shrinking) or patches of 32 x 32 (times a
// multiplier in hundredths).
struct image_price {
  std::uint32_t base = 85, tile = 170;
  std::uint32_t patch_hundredths = 0;  // 0 for tiles
};

struct model_family {
  std::uint32_t reply_priming = 3;  // once for each request
  std::uint32_t per_message = 3;
  std::int32_t per_name = 1;
  std::uint32_t per_assistant_message = 0;  // extra tokens of an assistant message
  image_price images;
};

// Sources: recorded usage of api.openai.com recomputed (gpt-3.5 to 4.1 and gpt-5: exact; o1, o3, o4-mini and
// gpt-oss: as gpt-5, by inference), OpenAI's cookbook for gpt-3.5-turbo-0301, OpenAI's vision guide for
// pictures (gpt-4.1-nano and gpt-5-nano: exact on record). An unknown model counts as gpt-4o.
model_family family_of(std::string_view model);

// The tokens of a picture, where they can be known: the size must be known, except at low detail in tiles,
// where all pictures cost the same.
std::optional<std::uint32_t> image_tokens(const image_price& price, const image& picture);

}  // namespace weir::openai
