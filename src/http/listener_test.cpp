// The listener: deadlines, the connection limit, running out of descriptors, and stops that lose no request.
#include "http/listener.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "http/testing/server_fixture.hpp"

namespace weir::http {
namespace {

using std::string;

server_options impatient() {
  server_options options;
  options.header_timeout = options.body_timeout = options.idle_timeout = options.write_timeout = 50ms;
  options.linger_timeout = 50ms;
  return options;
}

TEST(listener, answers_408_where_a_head_does_not_end) {
  test_server server(impatient());
  raw_client client(server.port);
  client.send("GET / HTT");
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 408U);
  EXPECT_TRUE(closes(got));
}

TEST(listener, gives_a_dripping_head_no_new_deadline) {
  test_server server(impatient());
  raw_client client(server.port);
  while (client.send("x") && server.counters.error(request_error::timeout).get() == 0)
    std::this_thread::sleep_for(5ms);
  EXPECT_EQ(status_of(client.rest()), 408U);
}

TEST(listener, answers_408_where_a_body_does_not_end) {
  test_server server(impatient());
  for (const string& request :
       {string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"),
        string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nhe"),
        string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")}) {
    raw_client client(server.port);
    client.send(request);
    EXPECT_EQ(status_of(client.rest()), 408U);
  }
}

TEST(listener, closes_idle_connections_without_a_word) {
  test_server server(impatient());
  raw_client fresh(server.port), used(server.port);
  used.send(get("/"));
  EXPECT_EQ(status_of(used.answer()), 200U);
  EXPECT_EQ(used.rest(), "");
  EXPECT_EQ(fresh.rest(), "");
  EXPECT_EQ(server.counters.error(request_error::timeout).get(), 0U);
}

TEST(listener, gives_up_on_a_client_that_does_not_read) {
  test_server server(impatient());
  raw_client client(server.port, 4096);
  client.send(get("/big"));
  EXPECT_TRUE(eventually([&] { return server.answers.gone == 1 && server.counters.connections.get() == 0; }));
}

TEST(listener, lets_a_handler_take_its_time) {
  test_server server(impatient());
  raw_client client(server.port), other(server.port);
  client.send(get("/wait"));
  EXPECT_EQ(other.rest(),
            "");  // the idle deadline has passed, so that of the other connection would have passed too
  server.on_loop([&](listener&) { server.answers.release(); });
  EXPECT_EQ(status_of(client.answer()), 200U);
}

TEST(listener, turns_away_connections_beyond_the_cap) {
  server_options options;
  options.max_connections = 2;
  test_server server(options);
  raw_client first(server.port), second(server.port);
  first.send(get("/"));
  second.send(get("/"));
  first.answer();
  second.answer();
  raw_client third(server.port);
  EXPECT_TRUE(third.send(post("/echo", string(100'000, 'x'))));
  const auto got = third.rest();
  EXPECT_EQ(status_of(got), 503U);
  EXPECT_TRUE(got.ends_with("refused"));
  EXPECT_EQ(server.counters.error(request_error::too_many_connections).get(), 1U);
  first.leave();
  EXPECT_TRUE(eventually([&] {
    raw_client next(server.port);
    next.send(get("/"));
    return status_of(next.answer()) == 200;
  }));
}

TEST(listener, survives_running_out_of_descriptors) {
  test_server server;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  raw_client waiting(server.port);
  waiting.send(get("/"));
  waiting.answer();
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  // Leaves room for the client's socket (and the three descriptors of its loop), but none for the server's
  // side.
  const rlimit tight{static_cast<rlim_t>(lowest_free) + 4, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  std::optional<raw_client> client;
  client.emplace(server.port);
  const bool told = eventually([&] { return server.log.count("connections cannot be accepted") == 1; });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(told);
  client->send(get("/"));
  EXPECT_EQ(status_of(client->answer()), 200U);
  EXPECT_TRUE(eventually([&] { return server.log.count("connections are accepted again") == 1; }));
}

TEST(listener, answers_what_it_has_when_it_drains_and_closes_what_is_idle) {
  test_server server;
  raw_client idle(server.port), busy(server.port);
  idle.send(get("/"));
  idle.answer();
  busy.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return server.answers.waiting == 1; }));
  server.on_loop([](listener& door) {
    door.stop_accepting();
    door.drain();
  });
  EXPECT_EQ(idle.rest(), "");
  server.on_loop([&](listener&) { server.answers.release(); });
  const auto got = busy.rest();
  EXPECT_EQ(status_of(got), 200U);
  EXPECT_TRUE(closes(got));
  busy.leave();
  idle.leave();
  server.join();
}

TEST(listener, serves_who_connected_before_it_stopped) {
  test_server server;
  std::vector<std::unique_ptr<raw_client>> clients;
  std::promise<void> go;
  server.on_loop([&](listener& door) {  // while the loop is busy, no connection is accepted
    for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<raw_client>(server.port));
    door.stop_accepting();
    door.drain();
  });
  for (auto& one : clients) one->send(get("/"));
  for (auto& one : clients) EXPECT_EQ(status_of(one->rest()), 200U);
  clients.clear();
  server.join();
}

TEST(listener, refuses_newcomers_once_stopped) {
  test_server server;
  server.on_loop([](listener& door) { door.stop_accepting(); });
  EXPECT_TRUE(eventually([&] {
    try {
      raw_client late(server.port);
      return false;
    } catch (const boost::system::system_error&) {
      return true;
    }
  }));
  server.on_loop([](listener& door) { door.drain(); });
  server.join();
}

TEST(listener, cancels_in_every_step) {
  for (const string& request : {string(), string("GET"), get("/wait"),
                                string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"),
                                string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nhe"),
                                get("/", "Connection: close\r\n"), get("/big")}) {
    test_server server;
    raw_client client(server.port, 4096);
    client.send(request);
    ASSERT_TRUE(eventually([&] {
      return server.counters.bytes_in.get() == request.size() && server.counters.accepted.get() == 1;
    }));
    server.on_loop([](listener& door) {
      door.stop_accepting();
      door.drain();
      door.cancel();
    });
    server.on_loop([&](listener&) { server.answers.release(); });
    server.on_loop([](listener& door) { door.cancel(); });
    server.join();
    EXPECT_EQ(server.counters.connections.get(), 0U);
  }
}

TEST(listen_on, opens_one_port_for_all_loops) {
  asio::io_context one, two;
  asio::io_context* loops[] = {&one, &two};
  const auto doors = listen_on("127.0.0.1", 0, loops);
  ASSERT_TRUE(doors);
  EXPECT_EQ(doors->front().local_endpoint(), doors->back().local_endpoint());
}

TEST(listen_on, refuses_a_port_that_another_listens_on) {
  asio::io_context loop;
  asio::io_context* loops[] = {&loop};
  const auto first = listen_on("127.0.0.1", 0, loops);
  const auto port = first->front().local_endpoint().port();
  const auto second = listen_on("127.0.0.1", port, loops);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

TEST(listen_on, refuses_a_host_nobody_knows) {
  asio::io_context loop;
  asio::io_context* loops[] = {&loop};
  EXPECT_EQ(listen_on("not a host", 0, loops).error().message,
            "cannot listen on \"not a host\": it is neither an address nor a known name");
}

}  // namespace
}  // namespace weir::http
