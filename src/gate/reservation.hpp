// What an admitted request holds until it ends: its destructor settles at what was really produced, whatever
// way it ends.
#pragma once

#include <cstdint>
#include <utility>

#include "store/store.hpp"

namespace weir {

// Move-only; the store must outlive it. Settling never waits, so no early exit, exception or cancellation
// forgets it.
class reservation {
 public:
  reservation(store& s, const receipt& taken) : store_(&s), receipt_(taken), used_(taken.reserved) {
    used_.output_tokens = 0;
  }
  reservation(reservation&& other) noexcept
      : store_(std::exchange(other.store_, nullptr)), receipt_(other.receipt_), used_(other.used_) {}
  reservation& operator=(reservation&&) = delete;
  ~reservation() {
    if (store_ != nullptr && used_ != receipt_.reserved) store_->settle(receipt_, used_);
  }

  // So many output tokens exist by now.
  void produced(std::uint32_t output_tokens) { used_.output_tokens = output_tokens; }
  // The upstream never got the request: nothing of it is charged.
  void unused() { used_ = {}; }

 private:
  store* store_;
  receipt receipt_;
  amounts used_;
};

}  // namespace weir
