#include "http/http_counters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::http {
namespace {

class http_counters_test : public testing::Test {
 protected:
  // The value of a series, or -1 where there is none.
  double value_of(std::string_view family, std::string_view label = "") {
    metric_set metrics;
    const http_counters* const workers[] = {&a_, &b_};
    add_metrics(metrics, workers);
    for (const metric_family& f : metrics.families()) {
      if (f.name != family) continue;
      for (const metric_sample& s : f.samples)
        if (label.empty() || s.labels[0].second == label) return s.value;
    }
    return -1;
  }

  http_counters a_, b_;
};

TEST_F(http_counters_test, are_summed_over_the_workers) {
  a_.responded_with(429).add(2);
  b_.responded_with(429).add(3);
  b_.error(request_error::timeout).add();
  EXPECT_EQ(value_of("weir_http_responses_total", "429"), 5);
  EXPECT_EQ(value_of("weir_http_request_errors_total", "timeout"), 1);
}

TEST_F(http_counters_test, start_at_0_for_usual_codes_and_appear_later_for_others) {
  EXPECT_EQ(value_of("weir_http_responses_total", "200"), 0);
  EXPECT_EQ(value_of("weir_http_responses_total", "418"), -1);
  a_.responded_with(418).add();
  EXPECT_EQ(value_of("weir_http_responses_total", "418"), 1);
}

}  // namespace
}  // namespace weir::http
