#include "tokens/make/perfect_hash.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace weir::tokens::make {
namespace {

constexpr double slots_per_key = 1.1;
constexpr std::uint32_t keys_per_bucket = 6;
constexpr unsigned most_pilots = 65536;
constexpr std::uint64_t most_seeds = 64;

struct building {
  perfect_hash& table;
  std::vector<std::uint64_t> hashes;
  std::vector<std::vector<std::uint32_t>> buckets;  // keys

  // Puts all keys of the bucket with this pilot, or none.
  bool place(const std::vector<std::uint32_t>& keys, std::uint16_t pilot) {
    std::size_t placed = 0;
    for (; placed < keys.size(); ++placed) {
      std::uint32_t& slot = table.key_of_slot[slot_of(hashes[keys[placed]], pilot, table.shape.slots)];
      if (slot != perfect_hash::no_key) break;
      slot = keys[placed];
    }
    if (placed == keys.size()) return true;
    while (placed > 0) table.key_of_slot[slot_of(hashes[keys[--placed]], pilot, table.shape.slots)] = perfect_hash::no_key;
    return false;
  }

  bool place_all() {
    std::vector<std::uint32_t> order(buckets.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return buckets[a].size() > buckets[b].size(); });
    for (const std::uint32_t b : order) {
      unsigned pilot = 0;
      while (pilot < most_pilots && !place(buckets[b], static_cast<std::uint16_t>(pilot))) ++pilot;
      if (pilot == most_pilots) return false;
      table.pilots[b] = static_cast<std::uint16_t>(pilot);
    }
    return true;
  }
};

}  // namespace

perfect_hash build_perfect_hash(std::uint32_t keys, const std::function<std::uint64_t(std::uint64_t, std::uint32_t)>& hash) {
  perfect_hash table;
  table.shape.buckets = keys / keys_per_bucket + 1;
  table.shape.slots = static_cast<std::uint32_t>(keys * slots_per_key) + 1;
  for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
    table.shape.seed = seed * 0xd1b54a32d192ed03U;
    table.pilots.assign(table.shape.buckets, 0);
    table.key_of_slot.assign(table.shape.slots, perfect_hash::no_key);
    building b{table, std::vector<std::uint64_t>(keys), std::vector<std::vector<std::uint32_t>>(table.shape.buckets)};
    for (std::uint32_t i = 0; i < keys; ++i) {
      b.hashes[i] = hash(table.shape.seed, i);
      b.buckets[bucket_of(b.hashes[i], table.shape.buckets)].push_back(i);
    }
    if (b.place_all()) return table;
  }
  throw std::runtime_error("no seed makes a perfect hash");
}

}  // namespace weir::tokens::make
