#include "tokens/pretoken.hpp"

#include <algorithm>

namespace weir::tokens {

void large_pretoken::begin(const tables& t, const std::uint8_t* text, std::size_t size) {
  text_ = text;
  size_ = size;
  at_ = walked_ = 0;
  stack_.clear();
  closed_.assign(size + 1, false);
  take_longest(t);
}

void large_pretoken::take_longest(const tables& t) {
  token_ = t.longest(text_ + at_, size_ - at_);
  guessed_ = false;
  walked_ += t.info(token_).length();
}

void large_pretoken::accept(const tables& t, std::size_t end) {
  const auto* const begin = text_ + at_;
  const std::size_t length = end - at_;
  stack_.emplace_back(token_, guessed_);
  at_ = end;
  if (at_ == size_) return;
  guessed_ = length <= size_ - at_ && std::equal(begin, begin + length, text_ + at_);
  if (!guessed_) take_longest(t);
}

void large_pretoken::reject(const tables& t) {
  if (guessed_) return take_longest(t);
  const token_id shorter = t.info(token_).prefix();
  if (shorter != no_token) {
    token_ = shorter;
    return;
  }
  closed_[at_] = true;
  token_ = stack_.back().token();
  guessed_ = stack_.back().guessed();
  stack_.pop_back();
  at_ -= t.info(token_).length();
}

bool large_pretoken::run(const tables& t, token_cache& memory, std::size_t steps) {
  for (; at_ < size_ && steps > 0; --steps) {
    const std::size_t end = at_ + t.info(token_).length();
    if (!closed_[end] && (stack_.empty() || memory.may_follow(t, stack_.back().token(), token_)))
      accept(t, end);
    else
      reject(t);
  }
  return at_ == size_;
}

}  // namespace weir::tokens
