#include "load/histogram.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace weir::load {
namespace {

TEST(histogram, is_empty_at_first) { EXPECT_EQ(histogram().percentile(99), 0); }

TEST(histogram, keeps_small_values_exactly) {
  histogram h;
  for (std::int64_t v = 0; v < 256; ++v) h.record(v);
  EXPECT_EQ(h.percentile(0), 0);
  EXPECT_EQ(h.percentile(50), 127);
  EXPECT_EQ(h.percentile(100), 255);
}

TEST(histogram, is_within_half_a_percent_in_every_octave) {
  for (std::int64_t v = 1; v < (std::int64_t{1} << 41); v = v * 3 / 2 + 1) {
    histogram h;
    h.record(v);
    EXPECT_NEAR(static_cast<double>(h.percentile(50)), static_cast<double>(v), static_cast<double>(v) * 0.004)
        << v;
  }
}

TEST(histogram, agrees_with_sorting_all_values) {
  random_source random(7);
  histogram h;
  std::vector<std::int64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(static_cast<std::int64_t>(random.next() >> (20 + random.below(40))));
    all.back() = std::min<std::int64_t>(all.back(), 4'000'000'000'000);
    h.record(all.back());
  }
  std::sort(all.begin(), all.end());
  for (const double p : {1.0, 50.0, 95.0, 99.0, 99.9}) {
    const double exact = static_cast<double>(all[static_cast<std::size_t>(p / 100 * 20'000) - 1]);
    EXPECT_NEAR(static_cast<double>(h.percentile(p)), exact, exact * 0.005 + 1) << p;
  }
}

TEST(histogram, merged_is_the_histogram_of_both) {
  histogram a, b, both;
  for (std::int64_t v = 0; v < 1'000; ++v) {
    (v % 3 == 0 ? a : b).record(v * v);
    both.record(v * v);
  }
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (const double p : {10.0, 50.0, 90.0, 100.0}) EXPECT_EQ(a.percentile(p), both.percentile(p));
}

TEST(histogram, clamps_values_out_of_range) {
  histogram h;
  h.record(-5);
  EXPECT_EQ(h.percentile(100), 0);
  h.record(std::int64_t{1} << 60);
  EXPECT_NEAR(static_cast<double>(h.percentile(100)), 4.398e12, 0.02e12);
}

}  // namespace
}  // namespace weir::load
