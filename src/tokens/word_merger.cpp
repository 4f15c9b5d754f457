#include "tokens/word_merger.hpp"

#include <algorithm>
#include <bit>

#include "tokens/word_key.hpp"

namespace weir::tokens {
namespace {

// A piece on its way from bytes to tokens: of all neighbours the two that merge into the lowest token do so, the leftmost first, until none can.
class merging {
 public:
  // Asks for the merges of all neighbours.
  void begin(const tables& t, const std::uint8_t* text, std::uint32_t size) {
    text_ = text;
    size_ = size;
    alive_ = ~std::uint32_t{0} >> (32 - size);
    is_new_ = true;
    for (std::uint32_t i = 0; i < size; ++i) tokens_[i] = t.token_of_byte(text[i]);
    std::fill_n(order_, places, gone);
    for (std::uint32_t i = 0; i + 1 < size; ++i) __builtin_prefetch(t.line_of_merge(tokens_[i], tokens_[i + 1]));
  }
  const std::uint8_t* text() const { return text_; }
  std::uint32_t size() const { return size_; }
  std::uint32_t tokens() const { return static_cast<std::uint32_t>(std::popcount(alive_)); }  // once it is done

  // Does one merge, and asks for those of the new token with its neighbours; false: it is done.
  bool merge(const tables& t) {
    look_up(t);
    const std::uint32_t first = lowest();
    if (first >= none) return false;
    const std::uint32_t at = first % places, next = after(at);
    tokens_[at] = first / places;
    order_[at] = order_[next] = gone;
    alive_ &= ~(std::uint32_t{1} << next);
    new_ = at;
    if (at > 0 && before(at) < places) __builtin_prefetch(t.line_of_merge(tokens_[before(at)], tokens_[at]));
    if (after(at) < size_) __builtin_prefetch(t.line_of_merge(tokens_[at], tokens_[after(at)]));
    return true;
  }

 private:
  static constexpr std::uint32_t places = 16;
  // By the merged token, then by place; `none` and above: there is no merge.
  static constexpr std::uint32_t none = no_token * places, gone = 0x7fffffff;

  std::uint32_t after(std::uint32_t at) const {
    return static_cast<std::uint32_t>(std::countr_zero(alive_ & (~std::uint32_t{1} << at)));
  }
  std::uint32_t before(std::uint32_t at) const {
    return static_cast<std::uint32_t>(31 - std::countl_zero(alive_ & ~(~std::uint32_t{0} << at)));
  }
  void set_order(const tables& t, std::uint32_t at, std::uint32_t next) {
    order_[at] = t.merged(tokens_[at], tokens_[next]) * places + at;
  }
  void look_up(const tables& t) {
    if (is_new_) {
      is_new_ = false;
      for (std::uint32_t i = 0; i + 1 < size_; ++i) set_order(t, i, i + 1);
      return;
    }
    if (new_ > 0 && before(new_) < places) set_order(t, before(new_), new_);
    if (after(new_) < size_) set_order(t, new_, after(new_));
  }
  std::uint32_t lowest() const {
    std::uint32_t lowest = gone;
    for (const std::uint32_t order : order_) lowest = std::min(lowest, order);
    return lowest;
  }

  const std::uint8_t* text_;
  std::uint32_t alive_;  // bit i: a token begins at byte i
  std::uint32_t size_, new_;
  bool is_new_;
  alignas(16) std::uint32_t order_[places];
  token_id tokens_[places];
};

constexpr std::size_t lanes = 12;

}  // namespace

std::uint32_t word_merger::count() {
  merging all[lanes];
  merging* active[lanes];
  std::size_t begun = 0, count = 0;
  std::uint32_t tokens = 0;
  for (; count < std::min(lanes, used_); ++begun) {
    active[count] = &all[count];
    active[count++]->begin(tables_, words_[begun].at, words_[begun].size);
  }
  while (count > 0) {
    for (std::size_t i = 0; i < count;) {
      merging& one = *active[i];
      if (one.merge(tables_)) {
        ++i;
        continue;
      }
      tokens += one.tokens();
      memory_.remember(padded_key(one.text(), one.size()), one.tokens());
      if (begun < used_) {
        one.begin(tables_, words_[begun].at, words_[begun].size);
        ++begun, ++i;
      } else {
        active[i] = active[--count];
      }
    }
  }
  used_ = 0;
  return tokens;
}

}  // namespace weir::tokens
