#include "node/process_stats.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

namespace weir::node {
namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

std::uint64_t count_open_files() {
  std::error_code ec;
  std::uint64_t n = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", ec), end; !ec && it != end; it.increment(ec))
    ++n;
  return n;
}

}  // namespace

void read_statm(std::string_view text, std::uint64_t page_bytes, process_stats& into) {
  std::uint64_t size = 0, resident = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, size);
  if (first.ec != std::errc() || first.ptr == end) return;
  if (std::from_chars(first.ptr + 1, end, resident).ec != std::errc()) return;
  into.virtual_bytes = size * page_bytes;
  into.resident_bytes = resident * page_bytes;
}

process_stats read_process_stats() {
  process_stats s;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) s.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) s.max_files = files.rlim_cur;
  s.open_files = count_open_files();
  std::ifstream statm("/proc/self/statm");
  std::string line;
  if (std::getline(statm, line)) read_statm(line, static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)), s);
  return s;
}

}  // namespace weir::node
