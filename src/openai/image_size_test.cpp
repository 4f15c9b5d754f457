#include "openai/image_size.hpp"

#include <gtest/gtest.h>

#include <string>

#include "openai/model_family.hpp"

namespace weir::openai {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) {
      return k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0U;
    };
    const std::uint32_t group = at(i) << 16U | at(i + 1) << 8U | at(i + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out += alphabet[group >> shift & 63U];
  }
  return out;
}

using namespace std::string_literals;

const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x0a\0\0\0\x06\x85\x08\x02"s;
const std::string gif = "GIF89a\x40\x01\xc8\0\x80"s;
const std::string webp_lossy = "RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x40\x01\xc8\0"s;
const std::string webp_lossless = "RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\x3f\xc1\x31\0"s;
const std::string webp_extended = "RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x01\0\xc7\0\0"s;
const std::string jpeg =
    "\xff\xd8\xff\xe0\0\x06JFIF\xff\xff\xdb\0\x03\0\xff\xc2\0\x11\x08\0\xc8\x01\x40\x03"s;

TEST(image_size, is_read_from_the_head_of_each_format) {
  const struct {
    std::string bytes;
    std::uint32_t width, height;
  } table[] = {{png, 2560, 1669},         {gif, 320, 200},           {webp_lossy, 320, 200},
               {webp_lossless, 320, 200}, {webp_extended, 320, 200}, {jpeg, 320, 200}};
  for (const auto& row : table) {
    const auto size = read_image_size("data:image/any;base64," + base64(row.bytes));
    ASSERT_TRUE(size) << row.bytes;
    EXPECT_EQ(size->width, row.width) << row.bytes;
    EXPECT_EQ(size->height, row.height) << row.bytes;
  }
}

TEST(image_size, is_unknown_for_other_urls) {
  for (const std::string& url :
       {"https://example.com/a.png"s, ""s, "data:image/png;base64,"s, "data:image/png,abc"s,
        "data:text/plain;base64," + base64(png), "data:image/png;base64," + base64(png.substr(0, 12)),
        "data:image/jpeg;base64," + base64("\xff\xd8\xff\xd9"), "data:image/png;base64,!!!!"s,
        "data:image/svg+xml;base64," + base64("<svg/>")}) {
    EXPECT_FALSE(read_image_size(url)) << url;
  }
}

TEST(image_size, is_correct_or_unknown_for_a_truncated_picture) {
  for (const std::string& bytes : {png, gif, webp_lossy, webp_lossless, webp_extended, jpeg}) {
    const std::string url = "data:image/any;base64," + base64(bytes);
    for (std::size_t n = 0; n <= url.size(); ++n) (void)read_image_size(std::string(url, 0, n));
  }
}

TEST(image_tokens, follow_the_vision_guide) {
  const struct {
    const char* model;
    image picture;
    std::uint32_t tokens;
  } table[] = {
      {"gpt-4o", {{1024, 1024}, image_detail::high}, 85 + 170 * 4},
      {"gpt-4o", {{2048, 4096}, image_detail::high}, 85 + 170 * 6},
      {"gpt-4o", {{4096, 8192}, image_detail::low}, 85},
      {"gpt-4o", {{512, 512}, image_detail::automatic}, 85 + 170},
      {"gpt-4.1", {{1, 1}, image_detail::high}, 85 + 170},
      {"gpt-4o-mini", {{1024, 1024}, image_detail::high}, 2833 + 5667 * 4},
      {"o1", {{1024, 1024}, image_detail::high}, 75 + 150 * 4},
      {"gpt-5", {{1024, 1024}, image_detail::high}, 70 + 140 * 4},
      {"gpt-4.1-nano", {{2560, 1669}, image_detail::high}, 3662},  // recorded: 3675 with 13 of text
      {"gpt-5-nano", {{2560, 1669}, image_detail::high}, 2233},    // recorded: 2245 with 12 of text
      {"gpt-4.1-mini", {{1024, 1024}, image_detail::high}, 1660},  // 1024 patches
      {"o4-mini", {{1, 100'000}, image_detail::high}, 2643},       // never more than 1536 patches
  };
  for (const auto& row : table)
    EXPECT_EQ(image_tokens(family_of(row.model).images, row.picture), row.tokens) << row.model;
}

TEST(image_tokens, of_a_picture_without_a_size_are_known_only_where_all_sizes_cost_the_same) {
  const image low{.size = {}, .detail = image_detail::low}, any{};
  EXPECT_EQ(image_tokens(family_of("gpt-4o").images, low), 85U);
  EXPECT_EQ(image_tokens(family_of("gpt-4o").images, any), std::nullopt);
  EXPECT_EQ(image_tokens(family_of("gpt-4.1-mini").images, low), std::nullopt);
}

}  // namespace
}  // namespace weir::openai
