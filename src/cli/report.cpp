#include "cli/report.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json_escape.hpp"
#include "openai/api_error.hpp"

namespace weir::cli {
namespace {

std::string right_aligned(std::string text, std::size_t width) {
  text.insert(0, width > text.size() ? width - text.size() : 0, ' ');
  return text;
}

std::string with_one_decimal(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string json_fields(const file_count& file) {
  std::string out = "{\"file\":\"";
  append_json_escaped(out, file.name);
  out.append("\",\"encoding\":\"")
      .append(file.encoding)
      .append("\",\"bytes\":")
      .append(std::to_string(file.bytes));
  return out.append(",\"tokens\":").append(std::to_string(file.tokens));
}

template <class Items, class F>
std::string json_array(const Items& items, F&& show) {
  std::string out = "[";
  for (std::size_t i = 0; i < items.size(); ++i) out.append(i == 0 ? "" : ",").append(show(items[i]));
  return out + "]";
}

}  // namespace

std::string as_text(std::span<const file_count> files) {
  if (files.size() == 1) return std::to_string(files[0].tokens) + "\n";
  std::uint64_t sum = 0;
  for (const file_count& f : files) sum += f.tokens;
  const std::size_t width = std::to_string(sum).size();
  std::string out;
  for (const file_count& f : files)
    out += right_aligned(std::to_string(f.tokens), width) + " " + f.name + "\n";
  return out + std::to_string(sum) + " total\n";
}

std::string as_json(std::span<const file_count> files) {
  std::uint64_t sum = 0;
  for (const file_count& f : files) sum += f.tokens;
  return "{\"files\":" + json_array(files, [](const file_count& f) { return json_fields(f) + "}"; }) +
         ",\"tokens\":" + std::to_string(sum) + "}\n";
}

std::string lines_as_text(std::span<const std::uint32_t> counts) {
  std::string out;
  for (const std::uint32_t n : counts) out += std::to_string(n) + "\n";
  return out;
}

std::string lines_as_json(std::span<const std::uint32_t> counts) {
  return json_array(counts, [](std::uint32_t n) { return std::to_string(n); }) + "\n";
}

std::string speeds_as_text(std::span<const file_speed> files) {
  std::string out = "     bytes     tokens  first MB/s  best MB/s  file\n";
  for (const file_speed& m : files) {
    out += right_aligned(std::to_string(m.file.bytes), 10) + " " +
           right_aligned(std::to_string(m.file.tokens), 10) + " " +
           right_aligned(with_one_decimal(m.result.first_mb_per_second), 11) + " " +
           right_aligned(with_one_decimal(m.result.best_mb_per_second), 10) + "  " + m.file.name + "\n";
  }
  return out;
}

std::string speeds_as_json(std::span<const file_speed> files) {
  return "{\"files\":" +
         json_array(files,
                    [](const file_speed& m) {
                      return json_fields(m.file) +
                             ",\"first_mb_per_second\":" + with_one_decimal(m.result.first_mb_per_second) +
                             ",\"best_mb_per_second\":" + with_one_decimal(m.result.best_mb_per_second) + "}";
                    }) +
         "}\n";
}

}  // namespace weir::cli
