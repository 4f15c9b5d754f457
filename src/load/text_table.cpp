#include "load/text_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::load {
namespace {

void append_padded(std::string& line, const std::string& cell, std::size_t width, text_table::align side) {
  const std::string spaces(width - cell.size(), ' ');
  line += side == text_table::align::right ? spaces + cell : cell + spaces;
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string fixed(double number, int digits) {
  std::array<char, 64> buffer;
  const auto r =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed, digits);
  return r.ec == std::errc() ? std::string(buffer.data(), r.ptr) : "?";
}

std::vector<std::size_t> text_table::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_[i].title.size();
    for (const auto& row : rows_) width = std::max(width, row[i].size());
    widths.push_back(width);
  }
  return widths;
}

std::string text_table::text() const {
  const auto width = widths();
  std::string text;
  const auto append_line = [&](auto&& cell_at) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += "  ";
      append_padded(line, cell_at(i), width[i], columns_[i].side);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  append_line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) append_line([&](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

}  // namespace weir::load
