// A thread that reads large bodies, so that no worker's loop stands still for them: reading one cannot be
// interrupted.
#pragma once

#include <boost/asio/executor_work_guard.hpp>

#include <thread>

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

namespace weir {

// One for all workers of a node. Nobody reads when it goes.
class reading_room {
 public:
  using outcome = result<openai::chat_request, openai::api_error>;

  // At the slowest 64 KiB are read in about half a millisecond: as long as a slice of counting. What is
  // larger should be read here.
  static constexpr std::size_t small_bytes = 64U << 10U;

  reading_room();
  ~reading_room();
  reading_room(const reading_room&) = delete;
  reading_room& operator=(const reading_room&) = delete;

  // From any loop, which it returns to; `body` stays where it is until then. First come, first served: a
  // worker sends one at a time, so that no more wait here than there are workers.
  awaitable<outcome> read(http::padded_view body);

 private:
  awaitable<outcome> read_here(http::padded_view body);

  asio::io_context loop_{1};
  asio::executor_work_guard<executor> open_{loop_.get_executor()};
  openai::chat_reader reader_;
  std::thread thread_;
};

}  // namespace weir
