#include "tokens/make/double_array.hpp"

#include <algorithm>
#include <numeric>

namespace weir::tokens {
namespace {

struct node {
  std::vector<std::pair<std::uint8_t, std::uint32_t>> children;  // (byte, node), sorted by byte
  token_id token = no_token;
  token_id best = no_token;  // the lowest id below the node, which tells how often it is walked
  std::uint32_t unit = 0;
};

std::vector<node> build_trie(const std::vector<std::string_view>& tokens) {
  std::vector<std::uint32_t> order(tokens.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return tokens[a] < tokens[b]; });
  std::vector<node> nodes(1);
  for (const std::uint32_t id : order) {
    std::uint32_t at = 0;
    for (const char c : tokens[id]) {
      const auto byte = static_cast<std::uint8_t>(c);
      nodes[at].best = std::min(nodes[at].best, id);
      if (nodes[at].children.empty() || nodes[at].children.back().first != byte) {
        nodes[at].children.emplace_back(byte, static_cast<std::uint32_t>(nodes.size()));
        nodes.emplace_back();
      }
      at = nodes[at].children.back().second;
    }
    nodes[at].token = id;
    nodes[at].best = std::min(nodes[at].best, id);
  }
  return nodes;
}

// The used units, and the free ones in order.
class placing {
 public:
  placing() { grow(), take(0, 512); }

  // Finds an unused base for which the unit of every child is free.
  std::uint32_t find_base(const node& n) {
    const std::uint8_t first = n.children.front().first;
    for (std::size_t tries = 0;; ++tries) {
      if (tries == most_tries) cursor_ = free_.size() > 4096 ? free_.size() - 4096 : cursor_;
      for (std::size_t i = n.children.size() > 1 ? cursor_ : 0; i < free_.size(); ++i) {
        const std::uint32_t base = free_[i] ^ first;
        if (base < 256 || base_used_[base] || !all_free(n, base)) continue;
        if (n.children.size() > 1 && i > cursor_ + most_tries) cursor_ = i - most_tries;
        base_used_[base] = true;
        return base;
      }
      grow();
    }
  }
  void take(std::uint32_t unit) {
    taken_[unit] = true;
    if (++stale_ > free_.size() / 4) compact();
  }
  std::size_t size() const { return taken_.size(); }

 private:
  static constexpr std::size_t most_tries = 1024;

  bool all_free(const node& n, std::uint32_t base) const {
    return std::all_of(n.children.begin(), n.children.end(),
                       [&](const auto& c) { return !taken_[base ^ c.first]; });
  }
  void grow() {
    const std::size_t begin = taken_.size();
    taken_.resize(begin + 4096, false);
    base_used_.resize(begin + 4096, false);
    for (std::size_t i = begin; i < taken_.size(); ++i) free_.push_back(static_cast<std::uint32_t>(i));
  }
  void take(std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t i = begin; i < end; ++i) taken_[i] = true;
    compact();
  }
  void compact() {
    const auto before_cursor = std::count_if(
        free_.begin(), free_.begin() + static_cast<std::ptrdiff_t>(std::min(cursor_, free_.size())),
        [this](auto u) { return !taken_[u]; });
    cursor_ = static_cast<std::size_t>(before_cursor);
    std::erase_if(free_, [this](auto u) { return taken_[u]; });
    stale_ = 0;
  }

  std::vector<bool> taken_, base_used_;
  std::vector<std::uint32_t> free_;
  std::size_t stale_ = 0, cursor_ = 0;
};

}  // namespace

std::vector<trie_unit> build_double_array(const std::vector<std::string_view>& tokens) {
  std::vector<node> nodes = build_trie(tokens);
  std::vector<std::uint32_t> parents;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].children.empty()) parents.push_back(i);
  }
  // Places broad nodes first, while there is room; among equals those that are walked most, so that they lie
  // together.
  std::stable_sort(parents.begin(), parents.end(), [&](auto a, auto b) {
    const auto rank = [&](auto i) {
      return std::pair(std::min<std::size_t>(nodes[i].children.size(), 8), nodes[i].best);
    };
    const auto x = rank(a), y = rank(b);
    return x.first != y.first ? x.first > y.first : x.second < y.second;
  });
  placing room;
  std::vector<std::uint32_t> base(nodes.size(), 0);
  nodes[0].unit = trie_root;
  for (const std::uint32_t parent : parents) {
    base[parent] = room.find_base(nodes[parent]);
    for (const auto& [byte, child] : nodes[parent].children) {
      nodes[child].unit = base[parent] ^ byte;
      room.take(nodes[child].unit);
    }
  }
  std::vector<trie_unit> units(room.size());
  units[trie_root] = {base[0] << 9U | trie_unit::no_label, no_token};
  for (const node& parent : nodes) {
    for (const auto& [byte, child] : parent.children)
      units[nodes[child].unit] = {base[child] << 9U | byte, nodes[child].token};
  }
  return units;
}

}  // namespace weir::tokens
