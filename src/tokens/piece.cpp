#include "tokens/piece.hpp"

namespace weir::tokens {

void large_piece::begin(const tables& t, const std::uint8_t* text, std::size_t size) {
  text_ = text;
  size_ = size;
  at_ = 0;
  stack_.clear();
  closed_.assign(size + 1, false);
  token_ = t.longest(text, size);
}

bool large_piece::run(const tables& t, encoding_memory& memory, std::size_t steps) {
  for (; at_ < size_ && steps > 0; --steps) {
    const std::size_t end = at_ + t.info(token_).length();
    if (!closed_[end] && (stack_.empty() || memory.may_follow(t, stack_.back(), token_))) {
      stack_.push_back(token_);
      at_ = end;
      if (at_ < size_) token_ = t.longest(text_ + at_, size_ - at_);
    } else if (const token_id shorter = t.info(token_).prefix(); shorter != no_token) {
      token_ = shorter;
    } else {
      closed_[at_] = true;
      token_ = stack_.back();
      stack_.pop_back();
      at_ -= t.info(token_).length();
    }
  }
  return at_ == size_;
}

}  // namespace weir::tokens
