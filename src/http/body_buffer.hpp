// The buffer of a request body that is too large for the read buffer. It grows as bytes arrive and not as
// they are announced, within the worker's budget.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "base/counter.hpp"
#include "http/exchange.hpp"
#include "http/server_options.hpp"

namespace weir::http {

// The number of body bytes that a worker may hold. `held` is the number in use; other threads may read it.
class byte_budget {
 public:
  byte_budget(std::size_t limit, counter& held) : limit_(limit), held_(held) {}
  bool take(std::size_t n) {
    if (n > limit_ - std::min<std::size_t>(limit_, held_.get())) return false;
    held_.add(n);
    return true;
  }
  void give(std::size_t n) { held_.sub(n); }

 private:
  std::size_t limit_;
  counter& held_;
};

// The memory is not initialised, so a byte costs nothing before it arrives. The padding behind the body
// belongs to the capacity.
class body_buffer {
 public:
  explicit body_buffer(byte_budget& budget) : budget_(budget) {}
  ~body_buffer() { budget_.give(counted_); }
  body_buffer(const body_buffer&) = delete;
  body_buffer& operator=(const body_buffer&) = delete;

  // Makes room for `n` more bytes at end(), by doubling. False where the budget is spent. `whole` is the
  // announced length of the body; 0 where it is unknown.
  bool grow(std::size_t n, std::size_t whole = 0) {
    const std::size_t needed = size_ + n + padding_bytes;
    if (needed <= counted_) return true;
    const std::size_t doubled = std::max(2 * size_ + padding_bytes, least_bytes);
    return reserve(std::max(needed, whole == 0 ? doubled : std::min(doubled, whole + padding_bytes)), whole);
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

  // Ends the request: returns everything to the budget. The connection keeps a buffer of modest size.
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
  // Once this much has arrived, address space for the whole body is reserved. Memory and budget are still
  // used as bytes arrive. Growing later would copy megabytes and stall the loop for milliseconds.
  static constexpr std::size_t believed_bytes = 512U << 10;
  struct freed {
    void operator()(char* memory) const { std::free(memory); }
  };

  bool reserve(std::size_t wanted, std::size_t whole) {
    if (counted_ == 0) wanted = std::max(wanted, capacity_);
    if (!budget_.take(wanted - counted_)) return false;
    counted_ = wanted;
    if (wanted > capacity_)
      allocate(size_ < believed_bytes ? wanted : std::max(wanted, whole + padding_bytes));
    return true;
  }
  void allocate(std::size_t capacity) {
    void* const bigger = std::realloc(data_.get(), capacity);
    if (bigger == nullptr) throw std::bad_alloc();
    (void)data_.release();
    data_.reset(static_cast<char*>(bigger));
    capacity_ = capacity;
  }

  byte_budget& budget_;
  std::unique_ptr<char[], freed> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t counted_ = 0;  // taken from the budget: the part of the capacity that this request may use
};

}  // namespace weir::http
