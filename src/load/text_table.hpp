// A table of text for a terminal: columns are as wide as their widest cell, and numbers are right-aligned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::load {

// Returns 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);
// Returns a number with a fixed number of digits after the point: "12.3".
std::string fixed(double number, int digits);

class text_table {
 public:
  enum class align : std::uint8_t { left, right };
  struct column {
    std::string title;
    align side = align::right;
  };

  explicit text_table(std::vector<column> columns) : columns_(std::move(columns)) {}
  // Adds a row with as many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // Returns the titles and the rows; lines have no trailing spaces.
  std::string text() const;

 private:
  std::vector<std::size_t> widths() const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weir::load
