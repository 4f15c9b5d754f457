// Reads the processor time, memory and open files of this process from the kernel.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::node {

struct process_stats {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t max_files = 0;
};

// Reads /proc and the resource limits; values that cannot be read stay 0. Takes about 50 us.
process_stats read_process_stats();

// Parses the resident and virtual sizes in the text of /proc/self/statm.
void read_statm(std::string_view text, std::uint64_t page_bytes, process_stats& into);

}  // namespace weir::node
