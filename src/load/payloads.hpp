// The requests of a run, built before it starts: varied prompts, and a head for every node and key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/options.hpp"

namespace weir::load {

// A request has a head, which depends on node and key and ends in "Content-Length: ", and a tail with the
// length and the body. Memory is therefore nodes × keys × ~250 bytes plus prompts × ~0.5 KB, never their
// product. Immutable, and shared by all event loops.
class payloads {
 public:
  explicit payloads(const options& o);

  std::uint32_t prompts() const { return static_cast<std::uint32_t>(tails_.size()); }
  // The two pieces of a request, sent in one write. They live as long as this object.
  std::string_view head(std::uint32_t node, std::uint32_t key) const { return heads_[node * keys_ + key]; }
  std::string_view tail(std::uint32_t prompt) const { return tails_[prompt]; }

 private:
  std::size_t keys_;
  std::vector<std::string> heads_;
  std::vector<std::string> tails_;
};

}  // namespace weir::load
