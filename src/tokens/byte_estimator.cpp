#include "tokens/byte_estimator.hpp"

#include <algorithm>
#include <limits>

namespace weir {

std::uint32_t byte_estimator::count(std::string_view text) const {
  const std::size_t tokens = text.size() / bytes_per_token + (text.size() % bytes_per_token != 0 ? 1 : 0);
  return static_cast<std::uint32_t>(std::min<std::size_t>(tokens, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace weir
