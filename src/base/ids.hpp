// The identifiers that stand for keys and other scopes outside this process.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace weir {

// Identifies a scope: a key, a project, a model. 128 bits as 32 lower-case hex digits, kept as text because
// it is part of the names of windows in Redis. Plain data.
struct scope_id {
  std::array<char, 32> hex{};

  std::string_view text() const { return {hex.data(), hex.size()}; }

  friend bool operator==(const scope_id&, const scope_id&) = default;
};

// The id of a key is also the id of the scope of that key alone. It is the only form of a key that leaves the
// process (policy/key_ids.hpp computes it).
using key_id = scope_id;

}  // namespace weir

// An id is a cryptographic digest already, so its first 64 bits suffice.
template <>
struct std::hash<weir::scope_id> {
  std::size_t operator()(const weir::scope_id& id) const noexcept {
    std::uint64_t head = 0, next = 0;
    std::memcpy(&head, id.hex.data(), sizeof head);
    std::memcpy(&next, id.hex.data() + sizeof head, sizeof next);
    // Hex digits vary in few bits of each byte; the multiplication spreads them.
    const std::uint64_t mixed = (head ^ (next << 1)) * 0x9e3779b97f4a7c15U;
    return mixed ^ (mixed >> 32);
  }
};
