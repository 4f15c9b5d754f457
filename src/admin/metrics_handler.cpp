#include "admin/metrics_handler.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/co_spawn.hpp>
#include <sstream>
#include <utility>
#include <vector>

namespace weir::admin {
namespace {

prometheus::MetricType type_of(metric_type type) {
  switch (type) {
    case metric_type::counter: return prometheus::MetricType::Counter;
    case metric_type::gauge: return prometheus::MetricType::Gauge;
    case metric_type::histogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric to_prometheus(const metric_sample& sample, metric_type type) {
  prometheus::ClientMetric out;
  for (const auto& [name, value] : sample.labels) out.label.push_back({name, value});
  (type == metric_type::counter ? out.counter.value : out.gauge.value) = sample.value;
  return out;
}

prometheus::ClientMetric histogram_of(const metric_family& family) {
  prometheus::ClientMetric out;
  for (const auto& [bound, count] : family.buckets) out.histogram.bucket.push_back({count, bound});
  out.histogram.sample_count = family.buckets.back().second;
  out.histogram.sample_sum = family.sum;
  return out;
}

}  // namespace

std::string to_prometheus_text(const metric_set& metrics) {
  std::vector<prometheus::MetricFamily> all;
  for (const metric_family& family : metrics.families()) {
    auto& out =
        all.emplace_back(prometheus::MetricFamily{family.name, family.help, type_of(family.type), {}});
    if (family.type == metric_type::histogram) out.metric.push_back(histogram_of(family));
    for (const metric_sample& sample : family.samples)
      out.metric.push_back(to_prometheus(sample, family.type));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, all);
  return std::move(text).str();
}

metrics_handler::metrics_handler(asio::io_context& control, collector collect)
    : control_(control), collect_(std::move(collect)) {}

awaitable<void> metrics_handler::serve(http::exchange& e) {
  http::response& response = e.response();
  if (e.head().method == "GET" || e.head().method == "HEAD") {
    response.body = co_await asio::co_spawn(control_, render(), use_awaitable);
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  } else {
    response.status = 405;
    response.content_type = "text/plain; charset=utf-8";
    response.headers += "allow: GET, HEAD\r\n";
    response.body = "method not allowed: use GET\n";
  }
  co_await e.send();
}

awaitable<std::string> metrics_handler::render() {
  metric_set metrics;
  collect_(metrics);
  metrics.counter("weir_metrics_scrapes_total", "Scrapes of /metrics, this one included.", ++scrapes_);
  co_return to_prometheus_text(metrics);
}

}  // namespace weir::admin
