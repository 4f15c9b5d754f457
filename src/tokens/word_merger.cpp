#include "tokens/word_merger.hpp"

#include <algorithm>
#include <bit>

#include "tokens/word_key.hpp"

namespace weir::tokens {
namespace {

// A word whose bytes are being merged into tokens.
class merging {
 public:
  // Prefetches the merges of all neighbours.
  void begin(const tables& t, const long_word& key) {
    key_ = key;
    size_ = static_cast<std::uint32_t>(size_of(key));
    begins_ = ~std::uint32_t{0} >> (32 - size_);
    merged_ = no_place;
    std::uint8_t bytes[sizeof key];
    std::memcpy(bytes, &key, sizeof key);
    for (std::uint32_t i = 0; i < size_; ++i) tokens_[i] = t.token_of_byte(bytes[i]);
    std::fill_n(order_, places, none);
    for (std::uint32_t i = 0; i + 1 < size_; ++i) ask(t, i, i + 1);
  }
  const long_word& key() const { return key_; }
  std::uint32_t tokens() const {
    return static_cast<std::uint32_t>(std::popcount(begins_));
  }  // valid once it is done

  // Does one merge and prefetches the merges of the new token with its neighbours. False where no merge is
  // left.
  bool merge(const tables& t) {
    look_up(t);
    const std::uint32_t first = *std::min_element(order_, order_ + places);
    if (first >= none) return false;
    const std::uint32_t at = first % places, next = after(at);
    tokens_[at] = first / places;
    order_[at] = order_[next] = none;
    begins_ &= ~(std::uint32_t{1} << next);
    merged_ = at;
    if (at > 0) ask(t, before(at), at);
    if (after(at) < size_) ask(t, at, after(at));
    return true;
  }

 private:
  static constexpr std::uint32_t places = 16, no_place = places;
  // For a token and the next one: the token that they merge into, then its position. `none` and above: no
  // merge.
  static constexpr std::uint32_t none = no_token * places;

  std::uint32_t after(std::uint32_t at) const {
    return static_cast<std::uint32_t>(std::countr_zero(begins_ & (~std::uint32_t{1} << at)));
  }
  std::uint32_t before(std::uint32_t at) const {  // there is one, since at > 0
    return static_cast<std::uint32_t>(31 - std::countl_zero(begins_ & ~(~std::uint32_t{0} << at)));
  }
  void ask(const tables& t, std::uint32_t at, std::uint32_t next) {
    __builtin_prefetch(t.line_of_merge(tokens_[at], tokens_[next]));
  }
  void set_order(const tables& t, std::uint32_t at, std::uint32_t next) {
    order_[at] = t.merged(tokens_[at], tokens_[next]) * places + at;
  }
  // The merges that were prefetched.
  void look_up(const tables& t) {
    if (merged_ == no_place) {
      for (std::uint32_t i = 0; i + 1 < size_; ++i) set_order(t, i, i + 1);
      return;
    }
    if (merged_ > 0) set_order(t, before(merged_), merged_);
    if (after(merged_) < size_) set_order(t, merged_, after(merged_));
  }

  long_word key_;
  std::uint32_t begins_;  // bit i is set where a token begins at byte i
  std::uint32_t size_, merged_;
  std::uint32_t order_[places];
  token_id tokens_[places];
};

constexpr std::size_t most_at_once = 12;

}  // namespace

std::uint32_t word_merger::count() {
  merging all[most_at_once];
  merging* active[most_at_once];
  std::size_t begun = 0, count = 0;
  std::uint32_t tokens = 0;
  for (; count < std::min(most_at_once, used_); ++begun) {
    active[count] = &all[count];
    active[count++]->begin(tables_, words_[begun]);
  }
  while (count > 0) {
    for (std::size_t i = 0; i < count;) {
      merging& one = *active[i];
      if (one.merge(tables_)) {
        ++i;
        continue;
      }
      tokens += one.tokens();
      cache_.remember(one.key(), one.tokens());
      if (begun < used_)
        one.begin(tables_, words_[begun++]), ++i;
      else
        active[i] = active[--count];
    }
  }
  used_ = 0;
  return tokens;
}

}  // namespace weir::tokens
