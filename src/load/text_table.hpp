// A table of text for a terminal: columns as wide as their widest cell, numbers to the right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::load {

// "1234567" as "1,234,567".
std::string grouped(std::uint64_t number);
// With a fixed number of digits after the point: "12.3".
std::string fixed(double number, int digits);

class text_table {
 public:
  enum class align : std::uint8_t { left, right };
  struct column {
    std::string title;
    align to = align::right;
  };

  explicit text_table(std::vector<column> columns) : columns_(std::move(columns)) {}
  // As many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // Titles, then rows; each line ends without blanks.
  std::string text() const;

 private:
  std::vector<std::size_t> widths() const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weir::load
