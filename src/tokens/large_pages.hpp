// Memory in large pages, where the system provides them.
#pragma once

#include <cstddef>
#include <memory>

namespace weir::tokens {

// Zeroed memory of at least `bytes`, resident from the start. Random loads from megabytes of common pages (4
// KB) miss the TLB and walk page tables; the TLB covers the same memory in pages of 2 MB. Where the system
// has no large pages (Linux: /sys/kernel/mm/transparent_hugepage/enabled says never), the memory has common
// pages.
class large_pages {
 public:
  // Throws std::bad_alloc.
  explicit large_pages(std::size_t bytes);

  unsigned char* data() { return memory_.get(); }
  const unsigned char* data() const { return memory_.get(); }

 private:
  struct unmap {
    std::size_t bytes;
    void operator()(unsigned char* memory) const;
  };
  std::unique_ptr<unsigned char[], unmap> memory_;
};

// Releases the memory of a part of the program's file that has been read and is not needed now. It is read
// again on access.
void forget(const unsigned char* begin, std::size_t bytes);

}  // namespace weir::tokens
