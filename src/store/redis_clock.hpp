// Estimates Redis' TIME from the last TIME seen and the steady clock since.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/time.hpp"

namespace weir::store {

// Each reply proves an interval: TIME was read after the command was sent and before the reply came. An
// estimate within the interval stays, since it may come from a quicker reply; one outside is moved to the
// nearer end. It is never ahead of Redis for longer than until the next reply.
class redis_clock {
 public:
  void begin(store_time seen, steady_time received) { offset_us_ = seen.us - us(received); }

  void seen(store_time seen, steady_time sent, steady_time received) {
    offset_us_ =
        std::clamp(offset_us_, seen.us - us(received), std::max(seen.us - us(sent), seen.us - us(received)));
  }

  store_time at(steady_time now) const { return {offset_us_ + us(now)}; }

 private:
  static std::int64_t us(steady_time t) {
    return std::chrono::duration_cast<microseconds>(t.time_since_epoch()).count();
  }

  std::int64_t offset_us_ = 0;
};

}  // namespace weir::store
