#include "api/parse_thread.hpp"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>

namespace weir::api {
namespace {

// Small requests come first where there are fewer processors than work. Beside a worker that is never idle, a
// thread of this niceness still gets a thirtieth of a processor: it parses 5 MB/s of the most hostile JSON.
constexpr int niceness = 15;

// On Linux this sets the niceness of the calling thread alone. It fails where the process is nicer already,
// which is just as good.
void lower_priority() { setpriority(PRIO_PROCESS, 0, niceness); }

}  // namespace

parse_thread::parse_thread()
    : thread_([this] {
        lower_priority();
        loop_.run();
      }) {}

parse_thread::~parse_thread() {
  work_.reset();
  thread_.join();
}

awaitable<parse_thread::parsed> parse_thread::parse(http::padded_view body) {
  return asio::co_spawn(loop_, parse_here(body), use_awaitable);
}

awaitable<parse_thread::parsed> parse_thread::parse_here(http::padded_view body) {
  co_return reader_.read(body.data, body.size);
}

}  // namespace weir::api
