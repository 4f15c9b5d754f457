#include "node/process_stats.hpp"

#include <gtest/gtest.h>

namespace weir::node {
namespace {

TEST(process_stats, reads_the_two_sizes_of_statm) {
  process_stats s;
  read_statm("1000 250 100 1 0 2 0", 4096, s);
  EXPECT_EQ(s.virtual_bytes, 4'096'000u);
  EXPECT_EQ(s.resident_bytes, 1'024'000u);
}

TEST(process_stats, takes_nothing_from_what_it_cannot_read) {
  for (const char* text : {"", "x", "12", "12 x"}) {
    process_stats s;
    read_statm(text, 4096, s);
    EXPECT_EQ(s.resident_bytes, 0u) << text;
  }
}

TEST(process_stats, knows_something_of_this_process) {
  const process_stats s = read_process_stats();
  EXPECT_GT(s.resident_bytes, 1'000'000u);
  EXPECT_GE(s.open_files, 3u);
  EXPECT_GE(s.max_files, s.open_files);
}

}  // namespace
}  // namespace weir::node
