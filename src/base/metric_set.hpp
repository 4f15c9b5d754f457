// The metrics of one scrape as plain data: each module adds its own, and admin/ renders them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/counter.hpp"

namespace weir {

// One value of a family, with its labels.
struct metric_sample {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

enum class metric_type : std::uint8_t { counter, gauge, histogram };

// One metric family. A histogram has cumulative buckets (upper bound, count) instead of samples.
struct metric_family {
  std::string name, help;
  metric_type type = metric_type::counter;
  std::vector<metric_sample> samples;
  std::vector<std::pair<double, std::uint64_t>> buckets;
  double sum = 0;
};

// Collects families in the order in which they are added. Each name is added once. Not thread-safe.
//
// Names follow Prometheus' conventions: they begin with weir_, units are base units, and counters end in
// _total. HELP is a full sentence that is understood without the others. No label ever holds an API key.
class metric_set {
 public:
  void counter(std::string_view name, std::string_view help, std::vector<metric_sample> samples) {
    families_.push_back(
        {std::string(name), std::string(help), metric_type::counter, std::move(samples), {}, 0});
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    counter(name, help, std::vector<metric_sample>{{{}, static_cast<double>(value)}});
  }
  void gauge(std::string_view name, std::string_view help, std::vector<metric_sample> samples) {
    families_.push_back(
        {std::string(name), std::string(help), metric_type::gauge, std::move(samples), {}, 0});
  }
  void gauge(std::string_view name, std::string_view help, double value) {
    gauge(name, help, std::vector<metric_sample>{{{}, value}});
  }

  // The sum of histograms with the same bounds, at least one. `per_unit` of the counters' units make one unit
  // of the metric: 1e6 turns microseconds into seconds.
  template <std::size_t N>
  void histogram(std::string_view name, std::string_view help,
                 const std::vector<const histogram_counter<N>*>& parts, double per_unit) {
    metric_family family{std::string(name), std::string(help), metric_type::histogram, {}, {}, 0};
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= N; ++i) {
      for (const auto* part : parts) count += part->count(i);
      const double bound = i < N ? static_cast<double>(parts.front()->upper()[i]) / per_unit
                                 : std::numeric_limits<double>::infinity();
      family.buckets.emplace_back(bound, count);
    }
    for (const auto* part : parts) family.sum += static_cast<double>(part->sum()) / per_unit;
    families_.push_back(std::move(family));
  }

  std::span<const metric_family> families() const { return families_; }

 private:
  std::vector<metric_family> families_;
};

// The sum of `get(worker)` over the counters of all workers.
template <class Counters, class Get>
std::uint64_t sum_of(std::span<const Counters* const> workers, Get&& get) {
  std::uint64_t total = 0;
  for (const Counters* one : workers) total += get(*one);
  return total;
}

// Pointers to the same member of the counters of all workers.
template <class Counters, class Get>
auto each_of(std::span<const Counters* const> workers, Get&& get) {
  std::vector<decltype(get(*workers.front()))> all;
  for (const Counters* one : workers) all.push_back(get(*one));
  return all;
}

}  // namespace weir
