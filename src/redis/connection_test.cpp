// The connection against a small server of the test, over TCP on a free port.
#include "redis/connection.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <optional>

namespace weir::redis {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

steady_time now() { return std::chrono::steady_clock::now(); }

// Sends the given bytes and keeps the received ones.
struct recorder final : protocol {
  void on_open(steady_time) override {
    ++opened;
    to_say = greeting;
  }
  void next_bytes(std::string& out, steady_time) override {
    out += to_say;
    to_say.clear();
  }
  result<void> on_reply(reply_view r, steady_time) override {
    heard.emplace_back(r.text());
    if (r.is_error()) return error{"the client had enough"};
    return {};
  }
  void on_down(const std::string& why, steady_time) override { downs.push_back(why); }
  bool ready() const override { return false; }

  std::string greeting, to_say;
  int opened = 0;
  std::vector<std::string> heard, downs;
};

struct redis_connection : testing::Test {
  ~redis_connection() override { stop(); }

  connection& connect_to(const std::string& host) {
    endpoint where;
    where.host = host;
    where.port = acceptor.local_endpoint().port();
    link.emplace(io, connection_options{.where = where, .first_backoff = 1ms, .longest_backoff = 5ms},
                 protocol);
    running = true;
    asio::co_spawn(io, link->run(), [this](std::exception_ptr) { running = false; });
    return *link;
  }
  bool run_until(const std::function<bool()>& done) {
    for (const steady_time until = now() + 10s; !done() && now() < until;) io.run_one_for(50ms);
    return done();
  }
  tcp::socket accept() {
    tcp::socket peer(io);
    bool accepted = false;
    acceptor.async_accept(peer, [&](boost::system::error_code) { accepted = true; });
    EXPECT_TRUE(run_until([&] { return accepted; }));
    return peer;
  }
  std::string read(tcp::socket& peer, std::size_t size) {
    std::string bytes(size, '\0');
    bool done = false;
    asio::async_read(peer, asio::buffer(bytes), [&](boost::system::error_code, std::size_t) { done = true; });
    EXPECT_TRUE(run_until([&] { return done; }));
    return bytes;
  }
  void stop() {
    if (!link) return;
    link->stop();
    EXPECT_TRUE(run_until([&] { return !running; }));
  }

  asio::io_context io{1};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  recorder protocol;
  std::optional<connection> link;
  bool running = false;
};

TEST_F(redis_connection, says_what_the_client_says_when_it_is_open) {
  protocol.greeting = "PING\r\n";
  connect_to("127.0.0.1");
  auto peer = accept();
  EXPECT_EQ(read(peer, 6), "PING\r\n");
}

TEST_F(redis_connection, looks_names_up) {
  protocol.greeting = "PING\r\n";
  connect_to("localhost");
  auto peer = accept();
  EXPECT_EQ(read(peer, 6), "PING\r\n");
}

TEST_F(redis_connection, asks_the_client_once_for_all_that_arrived_together) {
  connection& c = connect_to("127.0.0.1");
  auto peer = accept();
  ASSERT_TRUE(run_until([&] { return protocol.opened == 1; }));
  c.wake();
  protocol.to_say = "one";
  c.wake();
  protocol.to_say += "two";
  EXPECT_EQ(read(peer, 6), "onetwo");
}

TEST_F(redis_connection, hears_replies_however_they_are_sliced) {
  connect_to("127.0.0.1");
  auto peer = accept();
  peer.set_option(tcp::no_delay(true));
  for (const char byte : std::string_view("$3\r\nabc\r\n+OK\r\n")) asio::write(peer, asio::buffer(&byte, 1));
  ASSERT_TRUE(run_until([&] { return protocol.heard.size() == 2; }));
  EXPECT_EQ(protocol.heard, (std::vector<std::string>{"abc", "OK"}));
}

TEST_F(redis_connection, writes_what_does_not_fit_the_socket_at_once) {
  protocol.greeting = std::string(8 * 1024 * 1024, 'x');
  connect_to("127.0.0.1");
  auto peer = accept();
  EXPECT_EQ(read(peer, protocol.greeting.size()), protocol.greeting);
}

TEST_F(redis_connection, comes_back_when_the_server_closes) {
  connect_to("127.0.0.1");
  accept().close();
  ASSERT_TRUE(run_until([&] { return protocol.downs.size() == 1; }));
  EXPECT_EQ(protocol.downs[0], "Redis closed the connection");
  auto again = accept();
  EXPECT_TRUE(run_until([&] { return protocol.opened == 2; }));
}

TEST_F(redis_connection, closes_for_the_clients_reason_or_the_owners_and_comes_back) {
  connection& c = connect_to("127.0.0.1");
  auto first = accept();
  asio::write(first, asio::buffer("-ERR\r\n", 6));
  ASSERT_TRUE(run_until([&] { return protocol.downs.size() == 1; }));
  EXPECT_EQ(protocol.downs[0], "the client had enough");
  auto second = accept();
  ASSERT_TRUE(run_until([&] { return protocol.opened == 2; }));
  c.close("it does not answer");
  ASSERT_TRUE(run_until([&] { return protocol.downs.size() == 2; }));
  EXPECT_EQ(protocol.downs[1], "it does not answer");
}

TEST_F(redis_connection, closes_on_what_is_no_reply) {
  connect_to("127.0.0.1");
  auto peer = accept();
  asio::write(peer, asio::buffer("HTTP/1.1 400\r\n", 14));
  ASSERT_TRUE(run_until([&] { return protocol.downs.size() == 1; }));
  EXPECT_NE(protocol.downs[0].find("not a Redis reply"), std::string::npos);
}

TEST_F(redis_connection, forgets_half_a_reply_of_the_connection_before) {
  connect_to("127.0.0.1");
  auto first = accept();
  asio::write(first, asio::buffer("$5\r\nab", 6));
  first.close();
  auto second = accept();
  asio::write(second, asio::buffer("+OK\r\n", 5));
  ASSERT_TRUE(run_until([&] { return !protocol.heard.empty(); }));
  EXPECT_EQ(protocol.heard, std::vector<std::string>{"OK"});
}

TEST_F(redis_connection, keeps_trying_where_nobody_listens) {
  connect_to("127.0.0.1");
  acceptor.close();  // before the loop runs
  EXPECT_TRUE(run_until([&] { return protocol.downs.size() >= 3; }));
  EXPECT_EQ(protocol.opened, 0);
}

TEST_F(redis_connection, stops_at_once_while_a_write_is_under_way) {
  protocol.greeting = std::string(64 * 1024 * 1024, 'x');
  connect_to("127.0.0.1");
  auto peer = accept();
  ASSERT_TRUE(run_until([&] { return protocol.opened == 1; }));
  const steady_time before = now();
  stop();
  EXPECT_LT(now() - before, 1s);
}

TEST_F(redis_connection, stops_before_it_has_begun) {
  connect_to("127.0.0.1");
  stop();
  EXPECT_FALSE(running);
}

}  // namespace
}  // namespace weir::redis
