#include "tokens/large_pages.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace weir::tokens {
namespace {

constexpr std::size_t page_bytes = 2U << 20U;

unsigned char* map(std::size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<unsigned char*>(memory);
}

// Maps whole large pages: the parts of the mapping before the first and behind the last are unmapped.
unsigned char* map_pages(std::size_t bytes) {
  unsigned char* const memory = map(bytes + page_bytes);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(memory) % page_bytes;
  if (before > 0) munmap(memory, before);
  munmap(memory + before + bytes, page_bytes - before);
  return memory + before;
}

}  // namespace

large_pages::large_pages(std::size_t bytes)
    : memory_(nullptr, unmap{(bytes + page_bytes - 1) / page_bytes * page_bytes}) {
  const std::size_t whole = memory_.get_deleter().bytes;
  memory_.reset(map_pages(whole));
#ifdef MADV_HUGEPAGE
  madvise(memory_.get(), whole, MADV_HUGEPAGE);  // a failure costs only speed
#endif
  for (std::size_t at = 0; at < bytes; at += 4096)
    memory_[at] = 0;  // touches the pages now and not during a request
}

void forget(const unsigned char* begin, std::size_t bytes) {
  constexpr std::uintptr_t small_page = 4096;  // pages that lie only partly within stay
  const auto first = (reinterpret_cast<std::uintptr_t>(begin) + small_page - 1) / small_page * small_page;
  const auto last = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / small_page * small_page;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

void large_pages::unmap::operator()(unsigned char* memory) const { munmap(memory, bytes); }

}  // namespace weir::tokens
