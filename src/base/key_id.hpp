// The id of a key (later of a project, a model): the only form of it that leaves the process.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace weir {

// 128 bits as 32 lower-case hex digits; it names windows, so it is kept as text.
struct key_id {
  std::array<char, 32> hex{};

  std::string_view text() const { return {hex.data(), hex.size()}; }

  friend bool operator==(const key_id&, const key_id&) = default;
};

}  // namespace weir

// The id is a cryptographic digest already: its first 64 bits are enough.
template <>
struct std::hash<weir::key_id> {
  std::size_t operator()(const weir::key_id& id) const noexcept {
    std::uint64_t head = 0, next = 0;
    std::memcpy(&head, id.hex.data(), sizeof head);
    std::memcpy(&next, id.hex.data() + sizeof head, sizeof next);
    const std::uint64_t mixed =
        (head ^ (next << 1)) * 0x9e3779b97f4a7c15U;  // hex digits vary in few bits: spread them
    return mixed ^ (mixed >> 32);
  }
};
