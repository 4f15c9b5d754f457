#include "openai/model_family.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace weir::openai {
namespace {

struct priced_prefix {
  std::string_view prefix;
  image_price price;
};

// The first entry that the model's name begins with counts.
constexpr priced_prefix prices[] = {
    {"gpt-4o-mini", {2833, 5667}},
    {"gpt-4.1-mini", {0, 0, 162}},
    {"gpt-4.1-nano", {0, 0, 246}},
    {"o4-mini", {0, 0, 172}},
    {"gpt-5-mini", {0, 0, 162}},
    {"gpt-5-nano", {0, 0, 150}},
    {"gpt-5", {70, 140}},
    {"o1", {75, 150}},
    {"o3", {75, 150}},
};

constexpr std::string_view with_channels[] = {"gpt-5", "gpt-oss", "o1", "o3", "o4"};

// The picture is shrunk to fit 2048 x 2048, then to 768 on the shorter side, then split into tiles of 512 x
// 512.
std::uint32_t tile_tokens(const image_price& price, const image& picture) {
  if (picture.detail == image_detail::low) return price.base;
  double width = picture.size.width, height = picture.size.height;
  const double fit = std::min(1.0, 2048.0 / std::max(width, height));
  width *= fit, height *= fit;
  const double shrink = std::min(1.0, 768.0 / std::min(width, height));
  width *= shrink, height *= shrink;
  const auto tiles = [](double side) {
    return static_cast<std::uint32_t>(std::ceil(std::max(1.0, std::floor(side + 0.5)) / 512));
  };
  return price.base + price.tile * tiles(width) * tiles(height);
}

// ceil(w/32) * ceil(h/32) patches; above 1536 the picture is shrunk so that whole patches fit.
std::uint32_t patch_tokens(const image_price& price, const image& picture) {
  constexpr double most = 1536, side = 32;
  const double width = picture.size.width, height = picture.size.height;
  double patches = std::ceil(width / side) * std::ceil(height / side);
  if (patches > most) {
    double shrink = std::sqrt(side * side * most / (width * height));
    const double across = width * shrink / side, down = height * shrink / side;
    shrink *= std::min(std::max(1.0, std::floor(across)) / across, std::max(1.0, std::floor(down)) / down);
    patches = std::min(most, std::ceil(std::round(width * shrink * 1000) / 1000 / side) *
                                 std::ceil(std::round(height * shrink * 1000) / 1000 / side));
  }
  return static_cast<std::uint32_t>(std::ceil(patches * price.patch_hundredths / 100 - 1e-9)) + 1;
}

}  // namespace

model_family family_of(std::string_view model) {
  model_family family;
  if (model.starts_with("ft:")) model.remove_prefix(3);
  const auto begins = [&](std::string_view prefix) { return model.starts_with(prefix); };
  if (std::any_of(std::begin(with_channels), std::end(with_channels), begins)) {
    family.reply_priming = 2;
    family.per_assistant_message = 2;
  }
  if (begins("gpt-3.5-turbo-0301")) {
    family.per_message = 4;
    family.per_name = -1;
  }
  const auto* const priced =
      std::find_if(std::begin(prices), std::end(prices), [&](const auto& p) { return begins(p.prefix); });
  if (priced != std::end(prices)) family.images = priced->price;
  return family;
}

std::optional<std::uint32_t> image_tokens(const image_price& price, const image& picture) {
  const bool in_patches = price.patch_hundredths != 0;
  if (!picture.has_size() && (in_patches || picture.detail != image_detail::low)) return std::nullopt;
  return in_patches ? patch_tokens(price, picture) : tile_tokens(price, picture);
}

}  // namespace weir::openai
