// Who produces the completion: the mock, later a real provider.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "openai/chat_request.hpp"
#include "openai/completion.hpp"

namespace weir {

// Why there is no completion.
enum class upstream_failure : std::uint8_t { unreachable, timeout };

// One object per worker.
class upstream {
 public:
  virtual ~upstream() = default;
  // Produces at most `output_cap` output tokens over all choices. The request outlives the call.
  virtual awaitable<result<openai::completion, upstream_failure>> complete(const openai::chat_request& request,
                                                                           std::uint32_t output_cap) = 0;
};

}  // namespace weir
