// Part of the build: writes the tables of an encoding from its vocabulary, or those of the code points from their classes.
//   make_tables vocabulary o200k_base.vocab o200k_base.tables
//   make_tables classes unicode_classes.txt unicode.tables
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
#include "tokens/make/perfect_hash.hpp"
#include "tokens/make/vocabulary.hpp"
#include "tokens/word_key.hpp"

namespace {

using namespace weir::tokens;
using namespace weir::tokens::make;

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

// The values in the order of their slots.
template <class T>
std::vector<T> slotted(const perfect_hash& table, const std::vector<T>& values, T empty) {
  std::vector<T> slots(table.shape.slots, empty);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (table.key_of_slot[i] != perfect_hash::no_key) slots[i] = values[table.key_of_slot[i]];
  }
  return slots;
}

void append_words(blob& out, table_header& head, const vocabulary& words) {
  std::vector<std::uint64_t> short_words;
  std::vector<long_word> long_words;
  for (const std::string_view token : words.tokens()) {
    const long_word key = make_word_key(token);
    if (token.size() <= longest_short_word) short_words.push_back(key.low);
    else if (token.size() <= longest_word) long_words.push_back(key);
  }
  const auto shorts = build_perfect_hash(static_cast<std::uint32_t>(short_words.size()),
                                         [&](auto, auto i) { return word_hash({short_words[i], 0}); });
  const auto longs = build_perfect_hash(static_cast<std::uint32_t>(long_words.size()), [&](auto, auto i) { return word_hash(long_words[i]); });
  head.short_words = shorts.shape;
  head.short_pilots_at = out.append(shorts.pilots);
  head.short_slots_at = out.append(slotted(shorts, short_words, std::uint64_t{0}));  // what follows is read with the last slot
  head.long_words = longs.shape;
  head.long_pilots_at = out.append(longs.pilots);
  head.long_slots_at = out.append(slotted(longs, long_words, long_word{}));
}

void append_merges(blob& out, table_header& head, const vocabulary& words) {
  std::vector<token_info> infos;
  std::vector<std::uint64_t> pairs;
  for (token_id token = 0; token < words.tokens().size(); ++token) {
    const merge m = words.split(token);
    const std::size_t length = words.tokens()[token].size();
    infos.push_back(make_token_info(m.left, m.right, words.longest_prefix(token), length));
    if (length > 1) pairs.push_back(std::uint64_t{token} << 36U | pair_key(m.left, m.right));
  }
  const auto table = build_perfect_hash(static_cast<std::uint32_t>(pairs.size()),
                                        [&](auto seed, auto i) { return hash_of(seed, pairs[i] & pair_key_mask); });
  std::vector<std::uint64_t> filter((std::size_t{1} << filter_bits_log2) / 64, 0);
  for (const std::uint64_t pair : pairs) {
    const std::uint32_t bit = filter_bit(hash_of(table.shape.seed, pair & pair_key_mask));
    filter[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  head.info_at = out.append(infos);
  head.pairs = table.shape;
  head.pair_filter_at = out.append(filter);
  head.pair_pilots_at = out.append(table.pilots);
  head.pair_slots_at = out.append(slotted(table, pairs, ~std::uint64_t{0}));
}

std::string tables_of(const std::string& file) {
  const vocabulary words(file);
  table_header head;
  head.magic = table_magic;
  head.token_count = static_cast<std::uint32_t>(words.tokens().size());
  blob out;
  out.append(std::vector<table_header>{head});
  append_words(out, head, words);
  const auto trie = build_double_array(words.tokens());
  head.trie_units = static_cast<std::uint32_t>(trie.size());
  head.trie_at = out.append(trie);
  append_merges(out, head, words);
  head.size = static_cast<std::uint32_t>(out.bytes().size());
  out.write_at(0, head);
  return out.bytes();
}

std::vector<std::uint8_t> read_classes(const std::string& text) {
  static const std::map<std::string, char_class> names{
      {"upper", char_class::upper}, {"lower", char_class::lower},   {"letter", char_class::letter}, {"mark", char_class::mark},
      {"number", char_class::number}, {"space", char_class::space}, {"newline", char_class::newline}};
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
    for (std::uint32_t point = first; point <= last; ++point) classes[point] = static_cast<std::uint8_t>(names.at(name));
  }
  return classes;
}

// One byte a block that names it, then the distinct blocks.
std::string class_tables(const std::string& text) {
  const auto classes = read_classes(text);
  constexpr std::size_t block_size = std::size_t{1} << class_block_log2;
  std::map<std::string, std::uint8_t> known;
  std::string names, blocks;
  for (std::size_t at = 0; at < classes.size(); at += block_size) {
    const std::string block(reinterpret_cast<const char*>(classes.data()) + at, block_size);
    if (known.size() > 255 && !known.contains(block)) throw std::runtime_error("more than 256 distinct blocks of code points");
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
