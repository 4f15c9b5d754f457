#include "tokens/tables.hpp"

#include <cassert>

// Written by the build, linked as they are: nothing is parsed or built at start, and all threads and processes share the pages.
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

tables::tables(const unsigned char* bytes)
    : head_(read_header(bytes)),
      infos_(at<token_info>(bytes, head_.info_at)),
      trie_(at<trie_unit>(bytes, head_.trie_at)),
      words_{{head_.short_words, at<std::uint16_t>(bytes, head_.short_pilots_at), at<std::uint64_t>(bytes, head_.short_slots_at), 1},
             {head_.long_words, at<std::uint16_t>(bytes, head_.long_pilots_at), at<std::uint64_t>(bytes, head_.long_slots_at), 2}},
      pair_pilots_(at<std::uint16_t>(bytes, head_.pair_pilots_at)),
      pair_slots_(at<std::uint64_t>(bytes, head_.pair_slots_at)),
      pair_filter_(at<std::uint64_t>(bytes, head_.pair_filter_at)) {}

tables o200k_tables() { return tables(weir_o200k_tables); }
tables cl100k_tables() { return tables(weir_cl100k_tables); }
const std::uint8_t* class_tables() { return weir_class_tables; }

}  // namespace weir::tokens
