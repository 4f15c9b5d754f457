// Puts metric families together for prometheus-cpp's serializer: a counter, gauge or histogram in a line.
#pragma once

#include <prometheus/metric_family.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/cell.hpp"

namespace weir::node {

using labels = std::vector<prometheus::ClientMetric::Label>;

// A value of a family with its labels.
struct sample {
  labels with;
  double value = 0;
};

class families {
 public:
  void counter(std::string name, std::string help, std::vector<sample> samples) {
    auto& family = add(std::move(name), std::move(help), prometheus::MetricType::Counter);
    for (auto& s : samples) add(family, std::move(s.with)).counter.value = s.value;
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    add(add(std::move(name), std::move(help), prometheus::MetricType::Counter), {}).counter.value =
        static_cast<double>(value);
  }
  void gauge(std::string name, std::string help, std::vector<sample> samples) {
    auto& family = add(std::move(name), std::move(help), prometheus::MetricType::Gauge);
    for (auto& s : samples) add(family, std::move(s.with)).gauge.value = s.value;
  }
  void gauge(std::string name, std::string help, double value) {
    add(add(std::move(name), std::move(help), prometheus::MetricType::Gauge), {}).gauge.value = value;
  }

  // The sum of histograms of one shape; `per_unit` of the cells' units make one of the metric's (1e6:
  // microseconds, seconds).
  template <std::size_t N>
  void histogram(std::string name, std::string help, const std::vector<const histogram_cell<N>*>& cells,
                 double per_unit) {
    auto& h = add(add(std::move(name), std::move(help), prometheus::MetricType::Histogram), {}).histogram;
    for (std::size_t i = 0; i <= N; ++i) {
      for (const auto* c : cells) h.sample_count += c->count(i);
      if (i < N)
        h.bucket.push_back({h.sample_count, static_cast<double>(cells.front()->upper()[i]) / per_unit});
    }
    h.bucket.push_back({h.sample_count, std::numeric_limits<double>::infinity()});
    for (const auto* c : cells) h.sample_sum += static_cast<double>(c->sum()) / per_unit;
  }

  std::vector<prometheus::MetricFamily> take() && { return std::move(all_); }

 private:
  prometheus::MetricFamily& add(std::string name, std::string help, prometheus::MetricType type) {
    all_.push_back({std::move(name), std::move(help), type, {}});
    return all_.back();
  }
  static prometheus::ClientMetric& add(prometheus::MetricFamily& family, labels with) {
    family.metric.emplace_back().label = std::move(with);
    return family.metric.back();
  }

  std::vector<prometheus::MetricFamily> all_;
};

}  // namespace weir::node
