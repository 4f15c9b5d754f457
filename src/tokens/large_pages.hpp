// Memory in large pages, where the system has them to give.
#pragma once

#include <cstddef>
#include <memory>

namespace weir::tokens {

// Zeroed memory of at least `bytes`, all of it there from the start. A place in megabytes of common pages (4
// KB) is found by walking through tables of pages, which are megabytes, too; 2 MB a page are few enough for
// the processor to remember. Asked for, not needed: on a system without them it is common memory (Linux:
// /sys/kernel/mm/transparent_hugepage/enabled says never).
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

// Gives back the memory of a part of the program's file that was read and is not needed now. It is read again
// if it is.
void forget(const unsigned char* begin, std::size_t bytes);

}  // namespace weir::tokens
