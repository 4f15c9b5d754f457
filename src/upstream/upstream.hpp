// The upstream interface: produces completions. The mock implements it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "openai/chat_request.hpp"
#include "openai/completion.hpp"

namespace weir::upstream {

// The reason that there is no completion.
enum class upstream_error : std::uint8_t {
  unreachable,  // the upstream never got the request
  timeout,      // the upstream did not respond in time
  stopping,     // this node is stopping and could not wait any longer
};
inline constexpr std::size_t upstream_error_count = 3;

// The name in metrics.
constexpr std::string_view name(upstream_error e) {
  switch (e) {
    case upstream_error::unreachable: return "unreachable";
    case upstream_error::timeout: return "timeout";
    case upstream_error::stopping: return "stopping";
  }
  return "unknown";
}

// One object per worker, used on its thread.
class upstream {
 public:
  virtual ~upstream() = default;
  // Produces at most `output_cap` output tokens over all choices. The request must outlive the call.
  virtual awaitable<result<openai::completion, upstream_error>> complete(const openai::chat_request& request,
                                                                         std::uint32_t output_cap) = 0;

  // Shutdown: every waiting call and every later call soon returns `stopping`.
  virtual void cancel() noexcept = 0;
};

}  // namespace weir::upstream
