// What a worker's listener is told: limits and deadlines of its connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

namespace weir::http {

struct server_options {
  std::size_t max_connections = 5'000;  // of all that share `open`; those beyond it are answered 503
  std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
  std::size_t body_budget_bytes =
      256U << 20;  // of request bodies held by this worker at once, beside what fits the read buffers

  std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte to its head's last
  std::chrono::milliseconds body_timeout{30'000};    // for each 64 KiB of a body (a slower peer holds us up)
  std::chrono::milliseconds idle_timeout{75'000};    // between two requests
  std::chrono::milliseconds write_timeout{30'000};   // for each 64 KiB of an answer

  std::chrono::milliseconds linger_timeout{
      2'000};                            // how long a closing connection still takes what the peer sends,
  std::size_t linger_bytes = 64U << 20;  // and how much of it: else a reset destroys the answer on its way
  std::chrono::milliseconds fresh_grace{
      1'000};  // how long a stopping listener waits for the first request of a new connection

  std::chrono::milliseconds tick{50};  // how late a deadline may be noticed
};

inline constexpr std::size_t head_limit_bytes = 16U << 10;  // request line and fields; beyond it 431
inline constexpr std::size_t head_limit_fields = 128;       // beyond it 431
inline constexpr std::size_t kept_buffer_bytes =
    64U << 10;  // what a connection keeps of a buffer that a big request grew
inline constexpr std::size_t renewing_bytes =
    64U << 10;                                    // progress of a body or an answer that renews its deadline
inline constexpr std::size_t padding_bytes = 64;  // readable behind each body (simdjson reads that far)

}  // namespace weir::http
