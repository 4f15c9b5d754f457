#include "node/node_metrics.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <set>
#include <sstream>
#include <string>

#include "admin/metrics_handler.hpp"

namespace weir::node {
namespace {

class node_metrics_test : public testing::Test {
 protected:
  std::string scrape() {
    metric_set metrics;
    add_module_metrics(metrics, counters_);
    add_node_metrics(metrics, {.node_id = "n1", .url = {}, .store_kind = "memory"}, 3);
    return admin::to_prometheus_text(metrics);
  }
  bool has(const std::string& line) {
    return ("\n" + scrape()).find("\n" + line + "\n") != std::string::npos;
  }

  node_counters counters_{2};
};

TEST_F(node_metrics_test, are_sums_over_the_workers) {
  counters_.workers[0]->admission.admitted.add(3);
  counters_.workers[1]->admission.admitted.add(4);
  counters_.workers[1]->admission.rejected[1].add(2);
  EXPECT_TRUE(has("weir_decisions_total{decision=\"admitted\",limit=\"none\"} 7")) << scrape();
  EXPECT_TRUE(has("weir_decisions_total{decision=\"rejected\",limit=\"input_tokens\"} 2"));
}

TEST_F(node_metrics_test, have_every_series_from_the_start) {
  for (const char* series :
       {"weir_decisions_total{decision=\"exceeds_limit\",limit=\"requests\"} 0",
        "weir_requests_without_decision_total{reason=\"body_unavailable\"} 0",
        "weir_upstream_errors_total{reason=\"timeout\"} 0", "weir_store_errors_total{reason=\"deadline\"} 0",
        "weir_http_requests_total{handler=\"chat_completions\"} 0",
        "weir_http_responses_total{code=\"429\"} 0", "weir_http_request_errors_total{reason=\"smuggled\"} 0",
        "weir_keys 3"}) {
    EXPECT_TRUE(has(series)) << series << "\n" << scrape();
  }
}

TEST_F(node_metrics_test, have_cumulative_histograms_in_seconds) {
  counters_.workers[0]->store.take_latency_us.record(80);
  counters_.workers[1]->store.take_latency_us.record(600'000);
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"5e-05\"} 0")) << scrape();
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"0.0001\"} 1"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"0.25\"} 1"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_bucket{le=\"+Inf\"} 2"));
  EXPECT_TRUE(has("weir_store_take_duration_seconds_count 2"));
}

TEST_F(node_metrics_test, name_the_build) {
  EXPECT_NE(scrape().find("weir_build_info{version=\""), std::string::npos);
}

// A name, labels in braces or none, a space, a number.
bool is_series(const std::string& line) {
  const std::size_t name_end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  const std::size_t space = line.rfind(' ');
  if (name_end == 0 || space == std::string::npos || space < name_end) return false;
  if (space != name_end && (line[name_end] != '{' || line[space - 1] != '}')) return false;
  double value = 0;
  const char* const end = line.data() + line.size();
  return std::from_chars(line.data() + space + 1, end, value).ptr == end;
}

// The text format 0.0.4: each family has one TYPE and one HELP, every other line is a series.
TEST_F(node_metrics_test, are_valid_prometheus_text) {
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
