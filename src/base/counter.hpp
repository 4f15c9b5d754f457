// Counters that one worker writes and the control thread reads at each scrape.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weir {

// A number that one thread writes and any thread reads. Relaxed loads and stores suffice because there is a
// single writer; each worker has counters of its own, and a scrape adds them up.
class counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void sub(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// A Prometheus histogram with a single writer: N upper bounds, one bucket above them, and the sum. The unit
// is the caller's; values are whole numbers.
template <std::size_t N>
class histogram_counter {
 public:
  using bounds = std::array<std::uint64_t, N>;
  explicit histogram_counter(const bounds& upper) : upper_(upper) {}

  void record(std::uint64_t value) {
    std::size_t i = 0;
    while (i < N && value > upper_[i]) ++i;
    counts_[i].add();
    sum_.add(value);
  }
  const bounds& upper() const { return upper_; }
  // The count of one bucket alone, not cumulative. Index N counts the values above the last bound.
  std::uint64_t count(std::size_t i) const { return counts_[i].get(); }
  std::uint64_t sum() const { return sum_.get(); }

 private:
  bounds upper_;
  std::array<counter, N + 1> counts_{};
  counter sum_;
};

}  // namespace weir
