// Counters of one worker, read by the control thread: one writer, relaxed, no lock and no shared cache line
// fought over.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weir {

// A number that one thread writes and any thread reads; sums over workers are made at scrape.
class cell {
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

// A Prometheus histogram of one writer: N upper bounds, a last bucket for what lies above, and the sum (whole
// units of the caller's).
template <std::size_t N>
class histogram_cell {
 public:
  using bounds = std::array<std::uint64_t, N>;
  explicit histogram_cell(const bounds& upper) : upper_(upper) {}

  void record(std::uint64_t value) {
    std::size_t i = 0;
    while (i < N && value > upper_[i]) ++i;
    counts_[i].add();
    sum_.add(value);
  }
  const bounds& upper() const { return upper_; }
  // Not cumulative; index N counts what exceeds the last bound.
  std::uint64_t count(std::size_t i) const { return counts_[i].get(); }
  std::uint64_t sum() const { return sum_.get(); }

 private:
  bounds upper_;
  std::array<cell, N + 1> counts_{};
  cell sum_;
};

}  // namespace weir
