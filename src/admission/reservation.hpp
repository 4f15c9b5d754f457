// The reservation of an admitted request. Its destructor settles, however the request ends.
#pragma once

#include <cstdint>
#include <utility>

#include "admission/admission_counters.hpp"
#include "store/store.hpp"

namespace weir::admission {

// Move-only. The store and the counters must outlive it. Settling never waits, so no early return, exception
// or cancellation can skip it. Used on the thread of its store.
class reservation {
 public:
  reservation(store::store& s, admission_counters& counters, const limit::receipt& taken)
      : store_(&s), counters_(&counters), receipt_(taken), used_(taken.reserved) {
    used_.output_tokens = 0;
  }
  reservation(reservation&& other) noexcept
      : store_(std::exchange(other.store_, nullptr)),
        counters_(other.counters_),
        receipt_(other.receipt_),
        used_(other.used_) {}
  reservation& operator=(reservation&&) = delete;
  ~reservation() {
    if (store_ == nullptr) return;
    counters_->produced_output_tokens.add(used_.output_tokens);
    if (used_ != receipt_.reserved) store_->settle(receipt_, used_);
  }

  // Sets the number of output tokens that exist so far. The settle charges the last value; 0 at first.
  void produced(std::uint32_t output_tokens) { used_.output_tokens = output_tokens; }
  // The upstream never got the request: the settle refunds everything.
  void unused() { used_ = {}; }

 private:
  store::store* store_;
  admission_counters* counters_;
  limit::receipt receipt_;
  limit::amounts used_;
};

}  // namespace weir::admission
