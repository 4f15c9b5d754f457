#include "node/metrics.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <set>
#include <sstream>

namespace weir::node {
namespace {

class metrics_test : public testing::Test {
 protected:
  bool has(const std::string& line) {
    return ("\n" + scrape()).find("\n" + line + "\n") != std::string::npos;
  }
  std::string scrape() { return metrics(cells_, facts_).text(); }

  node_cells cells_{2};
  node_facts facts_{
      .node_id = "n1", .url = {}, .store_kind = "memory", .window_seconds = 60, .workers = 2, .keys = 3};
};

TEST_F(metrics_test, are_sums_over_the_workers) {
  cells_.workers[0]->gate.admitted.add(3);
  cells_.workers[1]->gate.admitted.add(4);
  cells_.workers[1]->gate.rejected[1].add(2);
  EXPECT_TRUE(has("weir_decisions_total{verdict=\"admitted\",metric=\"none\"} 7")) << scrape();
  EXPECT_TRUE(has("weir_decisions_total{verdict=\"rejected\",metric=\"input_tokens\"} 2"));
  EXPECT_TRUE(has("weir_decisions_total{verdict=\"never_fits\",metric=\"requests\"} 0"));
}

TEST_F(metrics_test, have_cumulative_histograms_in_seconds) {
  cells_.workers[0]->store.take_latency_us.record(80);
  cells_.workers[1]->store.take_latency_us.record(600'000);
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"5e-05\"} 0")) << scrape();
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"0.0001\"} 1"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"0.25\"} 1"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"+Inf\"} 2"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_count 2"));
}

TEST_F(metrics_test, tell_answers_by_status_and_outages_by_reason) {
  cells_.workers[0]->http.answered_with(429).add(5);
  cells_.workers[0]->store.outages[1].add();
  EXPECT_TRUE(has("weir_http_answers_total{status=\"429\"} 5")) << scrape();
  EXPECT_TRUE(has("weir_store_outages_total{reason=\"deadline\"} 1"));
}

TEST_F(metrics_test, tell_which_build_this_is) {
  EXPECT_NE(scrape().find("weir_build_info{version=\""), std::string::npos);
  EXPECT_TRUE(has("weir_keys 3"));
}

// A name, labels in braces or none, a blank, a number.
bool is_series(const std::string& line) {
  const std::size_t name_end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  const std::size_t blank = line.rfind(' ');
  if (name_end == 0 || blank == std::string::npos || blank < name_end) return false;
  if (blank != name_end && (line[name_end] != '{' || line[blank - 1] != '}')) return false;
  double value = 0;
  const char* const end = line.data() + line.size();
  return std::from_chars(line.data() + blank + 1, end, value).ptr == end;
}

// The text format 0.0.4: each family typed once, every other line a series.
TEST_F(metrics_test, are_in_prometheus_text_form) {
  std::istringstream lines(scrape());
  std::set<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      EXPECT_TRUE(types.insert(line.substr(7, line.rfind(' ') - 7)).second) << line;
    } else if (!line.starts_with("#")) {
      EXPECT_TRUE(is_series(line)) << line;
    }
  }
  EXPECT_GT(types.size(), 25u);
}

}  // namespace
}  // namespace weir::node
