// What the HTTP room alone costs: one worker, a fixed answer of 1.1 KB to every request. `http_bench [port]`,
// then wrk at it.
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/event_log.hpp"
#include "http/listen.hpp"
#include "http/listener.hpp"

namespace {

using namespace weir;

constexpr std::size_t body_bytes = 700;
constexpr std::size_t body_limit_bytes = 32U << 20;

// Reads the body, as the gate does, and answers with headers and a body as long as a node's.
class fixed_answer final : public http::handler {
 public:
  awaitable<void> serve(http::exchange& one) override {
    const auto body = co_await one.body(body_limit_bytes);
    if (body) {
      one.response().headers = headers_;
      one.response().body = body_;
    } else {
      on_request_error(body.error(), one.response());
    }
    co_await one.send();
  }
  void on_request_error(http::request_error, http::response& to) noexcept override { to.status = 400; }

 private:
  std::string headers_ =
      "x-request-id: req_" + std::string(32, '0') + "\r\nx-padding: " + std::string(200, 'p') + "\r\n";
  std::string body_ = std::string(body_bytes, 'b');
};

}  // namespace

int main(int argc, char** argv) {
  asio::io_context loop(1);
  asio::io_context* loops[] = {&loop};
  auto doors =
      http::listen_on("127.0.0.1", static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0), loops);
  if (!doors) {
    std::fprintf(stderr, "%s\n", doors.error().message.c_str());
    return 1;
  }
  std::printf("listening on port %u\n", doors->front().local_endpoint().port());
  std::fflush(stdout);
  fixed_answer answers;
  http::http_counters counters;
  const auto log = make_stderr_log(false);
  http::listener door(loop, std::move(doors->front()), answers, {}, counters, *log);
  door.start();
  loop.run();
}
