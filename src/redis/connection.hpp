// A connection to Redis that reconnects by itself. Only this file of the module uses sockets.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/awaitable.hpp"
#include "base/notifier.hpp"
#include "redis/backoff.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace weir::redis {

struct connection_options {
  endpoint where;
  std::chrono::milliseconds connect_deadline{1000};  // for resolving and for connecting, each
  std::chrono::milliseconds first_backoff{50}, longest_backoff{2000};
  std::uint64_t seed = 0;  // the seed of the jitter
};

// Used on one thread. The owner spawns run(), and joins it after stop() before it destroys the connection.
class connection {
 public:
  // `io` and `handler` must outlive it.
  connection(asio::io_context& io, connection_options options, redis::protocol& handler);

  // Connects, reads and writes, and connects again, until stop().
  awaitable<void> run();
  // Ends everything that is under way; run() returns soon.
  void stop();

  // Bytes may be waiting: asks the handler once the present event has been processed, so that operations that
  // arrive together are sent together.
  void wake();
  // Ends the present connection with this reason; the next one follows.
  void close(std::string why);

 private:
  using socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;
  using address = asio::generic::stream_protocol::endpoint;

  void find_dead_peers();
  awaitable<result<void>> connect();
  awaitable<result<std::vector<address>>> addresses();
  awaitable<result<std::vector<address>>> look_up();
  awaitable<boost::system::error_code> connect_to(const address& to);
  awaitable<std::string> read_all();
  result<void> hand_over(std::size_t size);
  void flush();
  void on_written(boost::system::error_code failed);
  awaitable<void> shut();

  asio::io_context& io_;
  connection_options options_;
  redis::protocol& protocol_;
  backoff backoff_;
  notifier pulse_;  // notified by stop(), the end of a lookup and the end of a write
  socket socket_;
  reply_reader reader_;
  std::string out_;
  std::array<char, 16 * 1024> in_;  // the reply of a batch has at most 6 KiB
  std::string why_;                 // set by close()
  bool open_ = false, writing_ = false, flush_posted_ = false, stopping_ = false;
};

}  // namespace weir::redis
