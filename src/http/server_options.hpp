// The limits and deadlines of a listener's connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

namespace weir::http {

struct server_options {
  std::size_t max_connections = 5'000;  // of all listeners that share `open`; further connections get 503
  std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
  std::size_t body_budget_bytes =
      256U << 20;  // for the request bodies of this worker that do not fit the read buffers

  std::chrono::milliseconds header_timeout{
      10'000};                                      // from the first byte of a request to the end of its head
  std::chrono::milliseconds body_timeout{30'000};   // for each 64 KiB of a body
  std::chrono::milliseconds idle_timeout{75'000};   // between two requests
  std::chrono::milliseconds write_timeout{30'000};  // for each 64 KiB of a response

  std::chrono::milliseconds linger_timeout{
      2'000};  // a closing connection discards received bytes for this time
  std::size_t linger_bytes =
      64U << 20;  // and up to this number, since a reset would destroy the response on its way
  std::chrono::milliseconds fresh_grace{
      1'000};  // the time that a stopping listener waits for the first request of a new connection

  std::chrono::milliseconds tick{50};  // a deadline is noticed at most this late
};

inline constexpr std::size_t head_limit_bytes = 16U
                                                << 10;  // of the request line and the fields; 431 above it
inline constexpr std::size_t head_limit_fields = 128;   // 431 above it
inline constexpr std::size_t kept_buffer_bytes = 64U << 10;  // larger buffers are freed after a request
inline constexpr std::size_t renewing_bytes =
    64U << 10;  // a body or response that progresses by this renews its deadline
inline constexpr std::size_t padding_bytes = 64;  // readable bytes behind each body (simdjson reads that far)

}  // namespace weir::http
