// The idle connections of one event loop to its peers, with a bound on all connections together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "http/client.hpp"
#include "http/deadline_ticker.hpp"

namespace weir::http {

// Used on one loop's thread. A request owns the connection that it takes until it returns it; a connection
// that failed may be returned too, since it connects again by itself. The ticker and the peers must outlive
// the pool and every connection.
class client_pool {
 public:
  using connection = std::unique_ptr<client_connection>;

  // At most `most` connections are open at the same time.
  client_pool(asio::io_context& loop, deadline_ticker& deadlines, const std::vector<tcp::endpoint>& peers,
              std::size_t most)
      : loop_(loop), deadlines_(deadlines), peers_(peers), idle_(peers.size()), most_(most) {}

  // Returns the most recently used connection to `peer`, or a new one. At the bound, an idle connection to
  // another peer is closed for it; fewer than `most` requests must be in flight.
  connection take(std::uint32_t peer) {
    if (!idle_[peer].empty()) return pop(idle_[peer]);
    if (open_ >= most_) close_one_idle();
    ++open_;
    return std::make_unique<client_connection>(loop_, peers_[peer], deadlines_);
  }
  // Returns a connection to `peer` that take() gave.
  void give_back(std::uint32_t peer, connection c) { idle_[peer].push_back(std::move(c)); }

  std::size_t open() const { return open_; }

 private:
  static connection pop(std::vector<connection>& from) {
    connection c = std::move(from.back());
    from.pop_back();
    return c;
  }
  void close_one_idle() {
    for (auto& idle : idle_) {
      if (idle.empty()) continue;
      pop(idle);
      --open_;
      return;
    }
  }

  asio::io_context& loop_;
  deadline_ticker& deadlines_;
  const std::vector<tcp::endpoint>& peers_;
  std::vector<std::vector<connection>> idle_;
  std::size_t most_;
  std::size_t open_ = 0;
};

}  // namespace weir::http
