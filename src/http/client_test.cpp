// The client against the server of this module and against peers that misbehave.
#include "http/client.hpp"

#include <gtest/gtest.h>

#include "http/testing/server_fixture.hpp"

namespace weir::http {
namespace {

using outcome = client_error::outcome;

// A peer that accepts one connection after the other, reads something, sends `answer` and closes.
class scripted_peer {
 public:
  explicit scripted_peer(std::string answer) : acceptor_(loop_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this, text = std::move(answer)] {
      boost::system::error_code ec;
      while (true) {
        tcp_socket socket = acceptor_.accept(ec);
        if (ec || stop_) return;
        char some[4096];
        socket.read_some(asio::buffer(some), ec);
        asio::write(socket, asio::buffer(text), ec);
      }
    });
  }
  ~scripted_peer() {
    stop_ = true;
    {
      raw_client last(port());
    }
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::io_context loop_;
  tcp_acceptor acceptor_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// A client with its loop. ask() runs one exchange to its end.
class asking {
 public:
  explicit asking(std::uint16_t port)
      : ticks_(loop_, 5ms), client_(loop_, {asio::ip::address_v4::loopback(), port}, ticks_) {}

  result<const client_response*, client_error> ask(std::string_view head, std::string_view body = "",
                                                   std::chrono::milliseconds patience = 10s) {
    std::optional<result<const client_response*, client_error>> got;
    ticks_.start();
    asio::co_spawn(loop_, exchange(head, body, patience, got),
                   [this](const std::exception_ptr&) { ticks_.stop(); });
    loop_.restart();
    loop_.run();
    return *got;
  }
  bool connected() const { return client_.connected(); }
  // Advances the clock of the ticker, so that the connection counts as idle.
  void idle() {
    ticks_.start();
    deadline_ticker::timer pause(loop_, 20ms);
    pause.async_wait([this](const boost::system::error_code&) { ticks_.stop(); });
    loop_.restart();
    loop_.run();
  }

 private:
  awaitable<void> exchange(std::string_view head, std::string_view body, std::chrono::milliseconds patience,
                           std::optional<result<const client_response*, client_error>>& got) {
    const auto answer = co_await client_.exchange(head, body, std::chrono::steady_clock::now() + patience);
    got.emplace(answer);
  }

  asio::io_context loop_;
  deadline_ticker ticks_;
  client_connection client_;
};

std::uint16_t port_of_nobody() {
  asio::io_context loop;
  const tcp_acceptor gone(loop, {asio::ip::address_v4::loopback(), 0});
  return gone.local_endpoint().port();
}

TEST(client, sends_head_and_body_and_keeps_the_connection) {
  test_server server;
  asking client(server.port);
  for (int i = 0; i < 3; ++i) {
    const auto got = client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "hello");
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->status, 200U);
    EXPECT_EQ((*got)->body, "hello");
    EXPECT_EQ((*got)->field("Content-Type"), "application/json");
  }
  EXPECT_EQ(server.counters.accepted.get(), 1U);
}

TEST(client, connects_again_after_an_answer_that_closes) {
  test_server server;
  asking client(server.port);
  EXPECT_TRUE(client.ask(get("/", "Connection: close\r\n")));
  EXPECT_FALSE(client.connected());
  EXPECT_TRUE(client.ask(get("/")));
  EXPECT_EQ(server.counters.accepted.get(), 2U);
}

TEST(client, notices_that_an_idle_connection_died) {
  server_options options;
  options.idle_timeout = 1ms;
  test_server server(options);
  asking client(server.port);
  EXPECT_TRUE(client.ask(get("/")));
  EXPECT_TRUE(eventually([&] { return server.counters.bytes_in.get() > 0; }));
  for (int i = 0; i < 3; ++i) client.idle();
  EXPECT_TRUE(client.ask(get("/")));
}

TEST(client, moves_large_requests_and_answers) {
  test_server server;
  server.answers.body_limit = 8U << 20;
  asking client(server.port);
  const std::string body(6U << 20, 'x');
  const auto head =
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  const auto got = client.ask(head, body);
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)->body, body);
}

TEST(client, says_not_sent_where_nobody_listens) {
  asking client(port_of_nobody());
  const auto got = client.ask(get("/"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, outcome::not_sent);
  EXPECT_EQ(got.error().cause, asio::error::connection_refused);
}

TEST(client, says_unknown_where_the_answer_does_not_come) {
  for (const char* answer : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell"}) {
    scripted_peer peer(answer);
    asking client(peer.port());
    const auto got = client.ask(get("/"));
    ASSERT_FALSE(got) << answer;
    EXPECT_EQ(got.error().what, outcome::unknown) << answer;
    EXPECT_FALSE(got.error().timed_out);
  }
}

TEST(client, says_unknown_where_the_answer_is_not_http) {
  scripted_peer peer("-ERR unknown command\r\n\r\n");
  asking client(peer.port());
  const auto got = client.ask(get("/"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, outcome::unknown);
  EXPECT_FALSE(got.error().cause);
}

TEST(client, says_unknown_and_late_past_the_deadline) {
  test_server server;
  asking client(server.port);
  const auto got = client.ask(get("/wait"), "", 20ms);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, outcome::unknown);
  EXPECT_TRUE(got.error().timed_out);
  EXPECT_FALSE(client.connected());
}

TEST(client, reads_to_the_end_where_no_length_is_named) {
  scripted_peer peer("HTTP/1.1 200 OK\r\n\r\nhello");
  asking client(peer.port());
  const auto got = client.ask(get("/"));
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)->body, "hello");
  EXPECT_FALSE(client.connected());
}

TEST(client, reads_past_interim_answers) {
  scripted_peer peer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  asking client(peer.port());
  const auto got = client.ask(get("/"));
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)->status, 200U);
  EXPECT_EQ((*got)->body, "ok");
}

TEST(client, drops_a_connection_that_says_more_than_was_asked) {
  scripted_peer peer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  asking client(peer.port());
  EXPECT_TRUE(client.ask(get("/")));
  EXPECT_FALSE(client.connected());
}

}  // namespace
}  // namespace weir::http
