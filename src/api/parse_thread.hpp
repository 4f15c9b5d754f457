// A thread that parses large request bodies, because parsing cannot be interrupted and would stall a worker's
// loop.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

namespace weir::api {

// One for all workers of a node. No parse may be under way when it is destroyed.
class parse_thread {
 public:
  using parsed = result<openai::chat_request, openai::api_error>;

  // Larger bodies should be parsed here. 64 KiB take at most about half a millisecond, as long as a chunk of
  // counting.
  static constexpr std::size_t small_bytes = 64U << 10U;

  parse_thread();
  ~parse_thread();
  parse_thread(const parse_thread&) = delete;
  parse_thread& operator=(const parse_thread&) = delete;

  // Parses `body`, which must not move until the call returns to the caller's loop. Any thread; first come,
  // first served. Each worker sends one body at a time, so at most one for each worker waits here.
  awaitable<parsed> parse(http::padded_view body);

 private:
  awaitable<parsed> parse_here(http::padded_view body);

  asio::io_context loop_{1};
  asio::executor_work_guard<executor> work_{loop_.get_executor()};
  openai::chat_reader reader_;
  std::thread thread_;
};

}  // namespace weir::api
