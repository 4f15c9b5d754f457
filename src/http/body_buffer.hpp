// A request body too big for the read buffer: grows with what arrived, never with what was announced, under a worker's budget.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "base/cell.hpp"
#include "http/exchange.hpp"
#include "http/server_options.hpp"

namespace weir::http {

// How many bytes of bodies a worker may hold; `held` is what it holds, for all to see.
class byte_budget {
 public:
  byte_budget(std::size_t limit, cell& held) : limit_(limit), held_(held) {}
  bool take(std::size_t n) {
    if (n > limit_ - std::min<std::size_t>(limit_, held_.get())) return false;
    held_.add(n);
    return true;
  }
  void give(std::size_t n) { held_.sub(n); }

 private:
  std::size_t limit_;
  cell& held_;
};

// Not initialised memory: a byte costs nothing before it arrives. The padding behind the body belongs to the capacity.
class body_buffer {
 public:
  explicit body_buffer(byte_budget& budget) : budget_(budget) {}
  ~body_buffer() { budget_.give(counted_); }
  body_buffer(const body_buffer&) = delete;
  body_buffer& operator=(const body_buffer&) = delete;

  // Room for `n` more bytes at end(), by doubling. False: the budget is spent.
  bool grow(std::size_t n) {
    const std::size_t needed = size_ + n + padding_bytes;
    if (needed <= counted_) return true;
    return reserve(std::max(needed, std::max(2 * size_ + padding_bytes, least_bytes)));
  }
  char* end() { return data_.get() + size_; }
  void arrived(std::size_t n) { size_ += n; }
  bool append(std::string_view bytes) {
    if (!grow(bytes.size())) return false;
    if (!bytes.empty()) std::memcpy(end(), bytes.data(), bytes.size());
    size_ += bytes.size();
    return true;
  }
  std::size_t size() const { return size_; }
  padded_view view() const { return {data_.get(), size_}; }

  // Ends the request: the budget gets everything back, the connection keeps a buffer of modest size.
  void release() {
    budget_.give(counted_);
    counted_ = size_ = 0;
    if (capacity_ > kept_buffer_bytes) {
      data_.reset();
      capacity_ = 0;
    }
  }

 private:
  static constexpr std::size_t least_bytes = 16U << 10;
  struct freed {
    void operator()(char* memory) const { std::free(memory); }
  };

  bool reserve(std::size_t capacity) {
    capacity = std::max(capacity, capacity_);
    if (!budget_.take(capacity - counted_)) return false;
    counted_ = capacity;
    if (capacity > capacity_) {
      void* const bigger = std::realloc(data_.get(), capacity);  // of a large body glibc moves the pages, not the bytes
      if (bigger == nullptr) throw std::bad_alloc();
      (void)data_.release();
      data_.reset(static_cast<char*>(bigger));
      capacity_ = capacity;
    }
    return true;
  }

  byte_budget& budget_;
  std::unique_ptr<char[], freed> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t counted_ = 0;  // of the budget: the capacity in use by this request
};

}  // namespace weir::http
