// What a node says about itself: the gate knows the URLs, the node the answers.
#pragma once

#include <cstdint>

#include "base/awaitable.hpp"
#include "http/exchange.hpp"

namespace weir {

enum class probe : std::uint8_t { health, live, ready, metrics };

// Called from every worker.
class probes {
 public:
  virtual ~probes() = default;
  // Fills `reply`, which outlives the call.
  virtual awaitable<void> answer(probe which, http::answer& reply) = 0;
};

}  // namespace weir
