// A program of the build. It writes the tables of an encoding from its vocabulary, or those of the code
// points from their classes.
//   make_tables vocabulary o200k_base.vocab o200k_base.tables
//   make_tables classes unicode_classes.txt unicode.tables
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tokens/make/blob.hpp"
#include "tokens/make/double_array.hpp"
#include "tokens/make/vocabulary.hpp"
#include "tokens/split_point_filter.hpp"
#include "tokens/word_key.hpp"

namespace {

using namespace weir::tokens;
using namespace weir::tokens;

std::string read_file(const char* name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("cannot read ") + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const char* name, const std::string& bytes) {
  std::ofstream file(name, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + name);
}

// A hash table of lines, about half full.
template <class Line>
class line_table {
 public:
  explicit line_table(std::size_t entries)
      : lines_(static_cast<std::uint32_t>(2 * entries / Line::room) + 1), all_(lines_), used_(lines_) {}

  // Earlier entries come first in their lines.
  template <class... Entry>
  void put(std::uint64_t hash, Entry... entry) {
    std::size_t at = line_of(hash, lines_);
    while (at < all_.size() && used_[at] == Line::room) ++at;
    grow(at + 1);
    all_[at].put(used_[at]++, entry...);
  }
  // The last line has a free entry, so that every search ends.
  const std::vector<Line>& finish() {
    grow(all_.size() + 1);
    return all_;
  }
  std::uint32_t lines() const { return lines_; }

 private:
  void grow(std::size_t lines) {
    if (all_.size() < lines) all_.resize(lines), used_.resize(lines);
  }
  std::uint32_t lines_;
  std::vector<Line> all_;
  std::vector<std::size_t> used_;
};

void append_words(blob& out, table_header& head, const vocabulary& words) {
  const auto count = [&](std::size_t shortest, std::size_t longest) {
    return static_cast<std::size_t>(std::count_if(words.tokens().begin(), words.tokens().end(), [&](auto t) {
      return shortest <= t.size() && t.size() <= longest;
    }));
  };
  line_table<short_word_line> shorts(count(1, longest_short_word));
  line_table<long_word_line> longs(count(longest_short_word + 1, longest_word));
  for (const std::string_view token : words.tokens()) {
    const long_word key = make_word_key(token);
    if (token.size() <= longest_short_word)
      shorts.put(word_hash(key), key.low);
    else if (token.size() <= longest_word)
      longs.put(word_hash(key), key.low, key.high);
  }
  head.short_lines = shorts.lines();
  head.short_at = out.append(shorts.finish());
  head.long_lines = longs.lines();
  head.long_at = out.append(longs.finish());
}

// The two parts of each token.
std::vector<merge> all_merges(const vocabulary& words) {
  std::vector<merge> merges;
  for (token_id token = 0; token < words.tokens().size(); ++token) merges.push_back(words.split(token));
  return merges;
}

void append_merges(blob& out, table_header& head, const vocabulary& words, const std::vector<merge>& splits) {
  std::vector<std::uint16_t> bytes(256);
  line_table<merge_line> merges(words.tokens().size());
  for (token_id token = 0; token < words.tokens().size(); ++token) {
    const merge m = splits[token];
    const std::string_view text = words.tokens()[token];
    const std::uint64_t pair = pair_key(m.left, m.right);
    if (text.size() > 1)
      merges.put(pair_hash(pair), pair, token);
    else
      bytes[static_cast<unsigned char>(text[0])] = static_cast<std::uint16_t>(token);
  }
  head.bytes_at = out.append(bytes);
  head.merge_lines = merges.lines();
  head.merges_at = out.append(merges.finish());
}

void append_split_points(blob& out, table_header& head, const vocabulary& words) {
  split_point_filter split_points;
  for (const std::string_view token : words.tokens()) split_points.add(token);
  head.split_points_at = out.append(std::vector<split_point_filter>{split_points});
}

void append_infos(blob& out, table_header& head, const vocabulary& words, const std::vector<merge>& splits) {
  std::vector<token_info> infos;
  for (token_id token = 0; token < words.tokens().size(); ++token) {
    const merge m = splits[token];
    infos.push_back(
        make_token_info(m.left, m.right, words.longest_prefix(token), words.tokens()[token].size()));
  }
  head.info_at = out.append(infos);
}

std::string tables_of(const std::string& file) {
  const vocabulary words(file);
  const std::vector<merge> splits = all_merges(words);
  table_header head;
  head.magic = table_magic;
  head.token_count = static_cast<std::uint32_t>(words.tokens().size());
  blob out;
  out.append(std::vector<table_header>{head});
  append_words(out, head, words);
  append_merges(out, head, words, splits);
  append_split_points(out, head, words);
  append_infos(out, head, words, splits);
  head.trie_at = out.append(build_double_array(words.tokens()));
  head.size = static_cast<std::uint32_t>(out.bytes().size());
  out.write_at(0, head);
  return out.bytes();
}

std::vector<std::uint8_t> read_classes(const std::string& text) {
  static const std::map<std::string, char_class> names{
      {"upper", char_class::upper},    {"lower", char_class::lower},   {"letter", char_class::letter},
      {"mark", char_class::mark},      {"number", char_class::number}, {"space", char_class::space},
      {"newline", char_class::newline}};
  std::vector<std::uint8_t> classes(0x110000, 0);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::uint32_t first = 0, last = 0;
    std::string name;
    if (!(words >> std::hex >> first >> last >> name) || last >= classes.size() || !names.contains(name)) {
      throw std::runtime_error("not a range of code points: " + line);
    }
    for (std::uint32_t point = first; point <= last; ++point)
      classes[point] = static_cast<std::uint8_t>(names.at(name));
  }
  return classes;
}

// One byte for each block with its number, then the distinct blocks.
std::string class_tables(const std::string& text) {
  const auto classes = read_classes(text);
  constexpr std::size_t block_size = std::size_t{1} << class_block_log2;
  std::map<std::string, std::uint8_t> known;
  std::string names, blocks;
  for (std::size_t at = 0; at < classes.size(); at += block_size) {
    const std::string block(reinterpret_cast<const char*>(classes.data()) + at, block_size);
    if (known.size() > 255 && !known.contains(block))
      throw std::runtime_error("more than 256 distinct blocks of code points");
    const auto [entry, is_new] = known.emplace(block, static_cast<std::uint8_t>(known.size()));
    if (is_new) blocks += block;
    names += static_cast<char>(entry->second);
  }
  return names + blocks;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string kind = argc == 4 ? argv[1] : "";
  if (kind == "vocabulary") return write_file(argv[3], tables_of(read_file(argv[2]))), 0;
  if (kind == "classes") return write_file(argv[3], class_tables(read_file(argv[2]))), 0;
  std::fputs("usage: make_tables vocabulary|classes INPUT OUTPUT\n", stderr);
  return 2;
} catch (const std::exception& failure) {
  std::fprintf(stderr, "make_tables: %s\n", failure.what());
  return 1;
}
