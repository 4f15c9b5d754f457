#include "gate/reading_room.hpp"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>

namespace weir {
namespace {

// Where there are fewer processors than work, small requests come first: beside a worker that is never idle
// this thread still gets a thirtieth of a processor, in which it reads 5 MB a second of the most hostile
// JSON.
constexpr int niceness = 15;

void stand_back() {
  setpriority(PRIO_PROCESS, 0, niceness);
}  // on Linux: of this thread alone; refused where the process is nicer already

}  // namespace

reading_room::reading_room()
    : thread_([this] {
        stand_back();
        loop_.run();
      }) {}

reading_room::~reading_room() {
  open_.reset();
  thread_.join();
}

awaitable<reading_room::outcome> reading_room::read(http::padded_view body) {
  return asio::co_spawn(loop_, read_here(body), use_awaitable);
}

awaitable<reading_room::outcome> reading_room::read_here(http::padded_view body) {
  co_return reader_.read(body.data, body.size);
}

}  // namespace weir
