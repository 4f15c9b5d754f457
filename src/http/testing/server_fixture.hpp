// A listener on a thread of its own, a handler that behaves as the path says, and a blocking client on a raw
// socket.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/listen.hpp"
#include "http/listener.hpp"

namespace weir::http {

using namespace std::chrono_literals;

// True as soon as `condition` is true; false after 10 s.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// Records the logged events.
class remembering_log final : public event_log {
 public:
  void write(severity, std::string_view event, std::initializer_list<log_field>) override {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(event);
  }
  std::size_t count(std::string_view event) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), event));
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> events_;
};

// /echo: the body · /ignore: does not read it · /big: 8 MiB · /wait: answers after release() · /throw
// /mute: as /echo, but it leaves the error of a body to the connection
class path_handler final : public handler {
 public:
  explicit path_handler(asio::io_context& loop) : released_(loop, steady_time::max()) {}

  std::size_t body_limit = 1U << 20;
  std::atomic<int> waiting{0};
  std::atomic<int> gone{0};  // responses that could not be sent
  void release() { released_.cancel(); }

  awaitable<void> serve(exchange& one) override {
    const auto path = one.head().path;
    if (path == "/throw") throw std::runtime_error("a bug");
    if (path == "/wait") co_await wait();
    if (path == "/big") one.response().body.assign(8U << 20, 'b');
    if (path == "/echo" || path == "/mute") {
      const auto body = co_await one.body(body_limit);
      if (!body && path == "/mute") co_return;
      if (body) {
        one.response().body = body->text();
      } else {
        on_request_error(body.error(), one.response());
      }
    }
    if (!co_await one.send()) ++gone;
  }

  void on_request_error(request_error why, response& to) noexcept override {
    static constexpr unsigned statuses[] = {400, 400, 431, 413, 408, 503, 503, 505, 417, 499};
    to.status = statuses[static_cast<std::size_t>(why)];
    to.body = "refused";
  }

 private:
  awaitable<void> wait() {
    ++waiting;
    boost::system::error_code ignored;
    co_await released_.async_wait(asio::redirect_error(use_awaitable, ignored));
    --waiting;
  }
  deadline_ticker::timer released_;
};

class test_server {
 public:
  explicit test_server(server_options options = {}) : answers(loop_) {
    options.tick = 5ms;
    asio::io_context* loops[] = {&loop_};
    auto acceptors = listen_on("127.0.0.1", 0, loops);
    port = acceptors->front().local_endpoint().port();
    door_.emplace(loop_, std::move(acceptors->front()), answers, options, counters, log);
    door_->start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~test_server() {
    if (!thread_.joinable()) return;
    on_loop([](listener& door) { door.stop_accepting(); });
    on_loop([this](listener& door) {
      door.cancel();
      answers.release();
    });
    join();
  }

  // Runs `what` on the server's thread and waits for it.
  void on_loop(const std::function<void(listener&)>& what) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      what(*door_);
      done.set_value();
    });
    done.get_future().wait();
  }
  // Returns once the loop has no work left.
  void join() {
    std::promise<void> done;
    asio::co_spawn(loop_, door_->joined(), [&](const std::exception_ptr&) { done.set_value(); });
    EXPECT_EQ(done.get_future().wait_for(10s), std::future_status::ready);
    busy_.reset();
    thread_.join();
    door_.reset();
  }

 private:
  asio::io_context loop_{1};
  asio::executor_work_guard<executor> busy_{loop_.get_executor()};

 public:
  remembering_log log;
  http_counters counters;
  path_handler answers;
  std::uint16_t port = 0;

 private:
  std::optional<listener> door_;
  std::thread thread_;
};

// Blocking, every call at most 10 s.
class raw_client {
 public:
  explicit raw_client(std::uint16_t port, int receive_buffer = 0) : socket_(loop_) {
    const tcp::endpoint peer(asio::ip::address_v4::loopback(), port);
    socket_.open(peer.protocol());
    if (receive_buffer > 0) socket_.set_option(tcp_socket::receive_buffer_size(receive_buffer));
    const timeval patience{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    socket_.connect(peer);
  }

  bool send(std::string_view bytes) {
    boost::system::error_code ec;
    asio::write(socket_, asio::buffer(bytes), ec);
    return !ec;
  }
  void finish_sending() { socket_.shutdown(tcp_socket::shutdown_send); }
  void leave() { socket_.close(); }
  void reset() {
    socket_.set_option(tcp_socket::linger(true, 0));
    socket_.close();
  }

  // One response, from the status line to the end of its body by Content-Length; shorter where the peer
  // closed.
  std::string answer() {
    while (held_.find("\r\n\r\n") == std::string::npos && more()) {
    }
    const auto head = held_.find("\r\n\r\n");
    if (head == std::string::npos) return std::exchange(held_, {});
    const auto field = held_.find("content-length: ");
    const std::size_t length = field < head ? std::stoul(held_.substr(field + 16)) : 0;
    const std::size_t size = head + 4 + length;
    while (held_.size() < size && more()) {
    }
    const std::string one = held_.substr(0, size);
    held_.erase(0, one.size());
    return one;
  }
  // All bytes until the peer closes in order; "RESET" or "TIMEOUT" is appended where it does not.
  std::string rest() {
    while (more()) {
    }
    std::string all = std::exchange(held_, {});
    if (failed_ == asio::error::connection_reset) all += "RESET";
    if (failed_ == asio::error::try_again) all += "TIMEOUT";
    return all;
  }
  std::string read_some(std::size_t most) {
    std::string some(most, '\0');
    boost::system::error_code ec;
    some.resize(socket_.read_some(asio::buffer(some), ec));
    return some;
  }

 private:
  bool more() {
    char some[4096];
    const auto n = socket_.read_some(asio::buffer(some), failed_);
    held_.append(some, n);
    return !failed_;
  }

  asio::io_context loop_;
  tcp_socket socket_;
  std::string held_;
  boost::system::error_code failed_;
};

inline std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}
inline unsigned status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? static_cast<unsigned>(std::stoul(std::string(answer.substr(9, 3))))
                                         : 0;
}
inline std::string body_of(std::string_view answer) {
  const auto head = answer.find("\r\n\r\n");
  return head == std::string_view::npos ? "" : std::string(answer.substr(head + 4));
}
inline bool closes(std::string_view answer) {
  return answer.find("\r\nconnection: close\r\n") != std::string_view::npos;
}

}  // namespace weir::http
