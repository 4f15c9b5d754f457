// Who produces the completion: the mock, later a real provider.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "openai/chat_request.hpp"
#include "openai/completion.hpp"

namespace weir {

// Why there is no completion.
enum class upstream_failure : std::uint8_t {
  unreachable,  // it never got the request
  timeout,      // it did not answer in time
  stopping,     // this node ends and could not wait for it any longer
};

// One object per worker.
class upstream {
 public:
  virtual ~upstream() = default;
  // Produces at most `output_cap` output tokens over all choices. The request outlives the call.
  virtual awaitable<result<openai::completion, upstream_failure>> complete(
      const openai::chat_request& request, std::uint32_t output_cap) = 0;

  // Ends what is under way: every call that waits, and every later one, soon returns a failure. For the end
  // of a node.
  virtual void cancel() noexcept = 0;
};

}  // namespace weir
