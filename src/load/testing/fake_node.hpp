// A fake node that admits as many requests as a test says, whatever limits it names.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "http/listen.hpp"
#include "http/listener.hpp"

namespace weir::load {

struct fake_behaviour {
  std::string store_kind = "redis";
  int named_limit = 3;  // the limit of requests in 60 s that it names; -1: it names none
  int admits = 3;       // requests that it admits
  unsigned status = 0;  // the status of all responses, instead of the limiter's
  bool silent = false;  // reads requests and never responds
  std::uint64_t retry_after_ms = 0;
  std::string usage = R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})";
};

// Responds at once as `behaviour` says.
class fake_handler final : public http::handler {
 public:
  fake_handler(asio::io_context& loop, const fake_behaviour& b)
      : behaviour_(b), released_(loop, steady_time::max()) {}

  std::atomic<int> seen{0};  // chat requests received
  void release() { released_.cancel(); }

  awaitable<void> serve(http::exchange& one) override {
    if (one.head().path == "/healthz") {
      one.response().body = R"({"status":"ok","node_id":"fake","store":{"kind":")" + behaviour_.store_kind +
                            R"(","state":"up"}})";
    } else {
      const auto body = co_await one.body(1U << 20);
      const int before = seen.fetch_add(1);
      if (behaviour_.silent) co_await wait();
      if (body) complete(one.response(), before);
    }
    co_await one.send();
  }
  void on_request_error(http::request_error, http::response& to) noexcept override { to.status = 400; }

 private:
  void complete(http::response& to, int before) {
    if (behaviour_.named_limit >= 0) {
      to.headers = "RateLimit-Policy: \"requests\";q=" + std::to_string(behaviour_.named_limit) + ";w=60\r\n";
    }
    if (behaviour_.status != 0) {
      to.status = behaviour_.status;
    } else if (before < behaviour_.admits) {
      to.headers += "weir-admitted-second: " + std::to_string(1'800'000'000) + "\r\n";
      to.body = "{\"choices\":[]," + behaviour_.usage + "}";
    } else {
      to.status = 429;
      to.headers += "retry-after-ms: " + std::to_string(behaviour_.retry_after_ms) + "\r\n";
      to.body =
          R"({"error":{"message":"Rate limit reached for m in key 0 on requests per min (RPM): Limit 3"}})";
    }
  }
  awaitable<void> wait() {
    boost::system::error_code ignored;
    co_await released_.async_wait(asio::redirect_error(use_awaitable, ignored));
  }

  fake_behaviour behaviour_;
  http::deadline_ticker::timer released_;
};

class no_log final : public event_log {
  void write(severity, std::string_view, std::initializer_list<log_field>) override {}
};

// Serves on a thread of its own, on a free port, until it is destroyed.
class fake_node {
 public:
  explicit fake_node(const fake_behaviour& b) : handler(loop_, b) {
    asio::io_context* loops[] = {&loop_};
    auto acceptors = http::listen_on("127.0.0.1", 0, loops);
    url = "http://127.0.0.1:" + std::to_string(acceptors->front().local_endpoint().port());
    listener_.emplace(loop_, std::move(acceptors->front()), handler, options_, counters_, log_);
    listener_->start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~fake_node() {
    std::promise<void> done;
    asio::co_spawn(loop_, listener_->joined(), [&](const std::exception_ptr&) { done.set_value(); });
    asio::post(loop_, [this] {
      listener_->stop_accepting();
      listener_->cancel();
      handler.release();
    });
    EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    thread_.join();
    listener_.reset();
  }

 private:
  asio::io_context loop_{1};

 public:
  fake_handler handler;
  std::string url;

 private:
  http::server_options options_;
  http::http_counters counters_;
  no_log log_;
  std::optional<http::listener> listener_;
  std::thread thread_;
};

}  // namespace weir::load
