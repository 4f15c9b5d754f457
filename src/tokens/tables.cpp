#include "tokens/tables.hpp"

#include <cassert>

// The build writes the tables and links them as they are. Nothing is parsed or built at start, and all
// threads and processes share the pages.
extern "C" {
extern const unsigned char weir_o200k_tables[];
extern const unsigned char weir_cl100k_tables[];
extern const unsigned char weir_class_tables[];
}

namespace weir::tokens {
namespace {

table_header read_header(const unsigned char* bytes) {
  table_header head;
  std::memcpy(&head, bytes, sizeof head);
  assert(head.magic == table_magic);
  return head;
}

template <class T>
const T* at(const unsigned char* bytes, std::uint32_t offset) {
  return reinterpret_cast<const T*>(bytes + offset);
}

}  // namespace

tables::tables(const unsigned char* hot, const unsigned char* bytes)
    : head_(read_header(bytes)),
      bytes_(at<std::uint16_t>(hot, head_.bytes_at)),
      words_{{hot + head_.short_at, head_.short_lines}, {hot + head_.long_at, head_.long_lines}},
      merges_(at<merge_line>(hot, head_.merges_at)),
      split_points_(at<split_point_filter>(hot, head_.split_points_at)),
      infos_(at<token_info>(bytes, head_.info_at)),
      trie_(at<trie_unit>(bytes, head_.trie_at)) {}

tables tables::in_large_pages() const {
  const unsigned char* const bytes = reinterpret_cast<const unsigned char*>(infos_) - head_.info_at;
  auto pages = std::make_shared<large_pages>(head_.info_at);
  std::memcpy(pages->data(), bytes, head_.info_at);
  forget(bytes, head_.info_at);
  tables copy(pages->data(), bytes);
  copy.pages_ = std::move(pages);
  return copy;
}

tables o200k_tables() { return tables(weir_o200k_tables); }
tables cl100k_tables() { return tables(weir_cl100k_tables); }
const std::uint8_t* class_tables() { return weir_class_tables; }

}  // namespace weir::tokens
