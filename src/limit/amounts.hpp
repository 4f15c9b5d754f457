// Amounts and limits: one number for each of the metrics that are limited.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace weir::limit {

enum class metric : std::uint8_t { requests, input_tokens, output_tokens };

inline constexpr std::size_t metric_count = 3;
inline constexpr std::array<metric, metric_count> all_metrics{metric::requests, metric::input_tokens,
                                                              metric::output_tokens};

// The name in metrics and JSON: "requests", "input_tokens", "output_tokens".
constexpr std::string_view name(metric m) {
  constexpr std::array<std::string_view, metric_count> names{"requests", "input_tokens", "output_tokens"};
  return names[static_cast<std::size_t>(m)];
}

// Requests, input tokens and output tokens: what is asked, reserved, used or counted. Plain data.
struct amounts {
  std::uint32_t requests = 0;
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;

  constexpr std::uint32_t& operator[](metric m) {
    return m == metric::requests ? requests : m == metric::input_tokens ? input_tokens : output_tokens;
  }
  constexpr std::uint32_t operator[](metric m) const { return const_cast<amounts&>(*this)[m]; }
  friend bool operator==(const amounts&, const amounts&) = default;
};

// The most of each metric that a window may hold. 0 admits nothing. Plain data.
struct limits {
  static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t largest = unlimited - 1;

  std::uint32_t requests = unlimited;
  std::uint32_t input_tokens = unlimited;
  std::uint32_t output_tokens = unlimited;

  constexpr std::uint32_t& operator[](metric m) {
    return m == metric::requests ? requests : m == metric::input_tokens ? input_tokens : output_tokens;
  }
  constexpr std::uint32_t operator[](metric m) const { return const_cast<limits&>(*this)[m]; }
  friend bool operator==(const limits&, const limits&) = default;
};

}  // namespace weir::limit
