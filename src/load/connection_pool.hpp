// The idle connections of one event loop: kept for each node, never more in all than --max-connections
// allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "http/client.hpp"

namespace weir::load {

// On one loop's thread. The request that takes a connection owns it until it gives it back.
class connection_pool {
 public:
  using connection = std::unique_ptr<http::client_connection>;

  connection_pool(asio::io_context& loop, http::ticker& deadlines,
                  const std::vector<http::tcp::endpoint>& peers, std::size_t most)
      : loop_(loop), deadlines_(deadlines), peers_(peers), idle_(peers.size()), most_(most) {}

  // The connection to `node` that was used last, or a new one. At the limit an idle one to another node goes
  // for it: there is one, as long as fewer requests than `most` are in flight.
  connection take(std::uint32_t node) {
    if (!idle_[node].empty()) return pop(idle_[node]);
    if (open_ >= most_) drop_idle();
    ++open_;
    return std::make_unique<http::client_connection>(loop_, peers_[node], deadlines_);
  }
  void give(std::uint32_t node, connection c) { idle_[node].push_back(std::move(c)); }

  std::size_t open() const { return open_; }

 private:
  static connection pop(std::vector<connection>& from) {
    connection c = std::move(from.back());
    from.pop_back();
    return c;
  }
  void drop_idle() {
    for (auto& idle : idle_) {
      if (idle.empty()) continue;
      pop(idle);
      --open_;
      return;
    }
  }

  asio::io_context& loop_;
  http::ticker& deadlines_;
  const std::vector<http::tcp::endpoint>& peers_;
  std::vector<std::vector<connection>> idle_;
  std::size_t most_;
  std::size_t open_ = 0;
};

}  // namespace weir::load
