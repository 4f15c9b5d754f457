// Requests over real sockets: keep-alive, pipelining, bodies of every kind and size, and errors.
#include "http/connection.hpp"

#include <gtest/gtest.h>

#include "http/testing/server_fixture.hpp"

namespace weir::http {
namespace {

using std::string;

TEST(connection, keeps_alive) {
  test_server server;
  raw_client client(server.port);
  for (int i = 0; i < 3; ++i) {
    client.send(post("/echo", "hello"));
    const auto got = client.answer();
    EXPECT_EQ(status_of(got), 200U);
    EXPECT_EQ(body_of(got), "hello");
    EXPECT_FALSE(closes(got));
  }
  EXPECT_EQ(server.counters.accepted.get(), 1U);
  EXPECT_TRUE(eventually([&] { return server.counters.responded_with(200).get() == 3; }));
}

TEST(connection, closes_when_asked_to) {
  test_server server;
  raw_client client(server.port);
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_TRUE(closes(client.rest()));
}

TEST(connection, closes_after_http_1_0_unless_asked_to_stay) {
  test_server server;
  raw_client client(server.port);
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(client.answer().find("\r\nconnection: keep-alive\r\n"), string::npos);
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(closes(client.rest()));
}

TEST(connection, answers_pipelined_requests_in_order) {
  test_server server;
  raw_client client(server.port);
  string all;
  for (int i = 0; i < 1000; ++i) all += post("/echo", std::to_string(i));
  client.send(all);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(body_of(client.answer()), std::to_string(i));
}

TEST(connection, takes_requests_in_any_pieces) {
  test_server server;
  raw_client client(server.port);
  const string chunked =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (const char c : "\r\n" + post("/echo", "hello") + chunked + get("/echo")) client.send({&c, 1});
  EXPECT_EQ(body_of(client.answer()), "hello");
  EXPECT_EQ(body_of(client.answer()), "abc");
  EXPECT_EQ(body_of(client.answer()), "");
}

TEST(connection, takes_bodies_of_every_size) {
  server_options options;
  test_server server(options);
  server.answers.body_limit = 8U << 20;
  raw_client client(server.port);
  for (const std::size_t size :
       {0UL, 1UL, 4000UL, 16383UL, 20000UL, 20480UL, 20481UL, 65536UL, 1UL << 20, 5UL << 20}) {
    string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 997) body[i] = static_cast<char>('a' + i % 26);
    std::thread sender([&] { client.send(post("/echo", body) + post("/echo", "next")); });
    EXPECT_EQ(body_of(client.answer()), body) << size;
    EXPECT_EQ(body_of(client.answer()), "next") << size;
    sender.join();
  }
  EXPECT_EQ(server.counters.body_bytes_held.get(), 0U);
}

TEST(connection, takes_chunked_bodies_of_every_size) {
  test_server server;
  server.answers.body_limit = 4U << 20;
  raw_client client(server.port);
  for (const std::size_t chunk : {1UL, 100UL, 4096UL, 30000UL, 1UL << 20}) {
    const std::size_t chunks = std::min<std::size_t>(2000, (3UL << 20) / chunk);
    string raw = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", body;
    char hex[20];
    for (std::size_t i = 0; i < chunks; ++i) {
      const string piece(chunk, static_cast<char>('a' + i % 26));
      raw.append(hex, static_cast<std::size_t>(std::snprintf(hex, sizeof hex, "%zx\r\n", chunk))) +=
          piece + "\r\n";
      body += piece;
    }
    std::thread sender([&] { client.send(raw + "0\r\n\r\n" + get("/")); });
    EXPECT_EQ(body_of(client.answer()), body) << chunk;
    EXPECT_EQ(status_of(client.answer()), 200U);
    sender.join();
  }
}

TEST(connection, takes_a_body_of_just_the_limit_and_none_longer) {
  test_server server;
  server.answers.body_limit = 1000;
  raw_client client(server.port);
  client.send(post("/echo", string(1000, 'x')));
  EXPECT_EQ(status_of(client.answer()), 200U);
  client.send(post("/echo", string(1001, 'x')));
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 413U);
  EXPECT_TRUE(closes(got));
}

TEST(connection, refuses_chunks_beyond_the_limit) {
  test_server server;
  server.answers.body_limit = 1000;
  raw_client client(server.port);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" +
              string(1000, 'x') + "\r\n1\r\nx\r\n");
  EXPECT_EQ(status_of(client.rest()), 413U);
}

TEST(connection, lets_413_be_seen_by_a_client_that_still_sends) {
  test_server server;
  raw_client client(server.port);
  EXPECT_TRUE(client.send(post("/echo", string(20U << 20, 'x'))));
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 413U);
  EXPECT_TRUE(got.ends_with("refused"));  // closed in order and not reset
  EXPECT_EQ(server.counters.error(request_error::body_too_large).get(), 1U);
}

TEST(connection, answers_for_a_handler_that_left_a_refused_body_unanswered) {
  test_server server;
  raw_client client(server.port);
  client.send(post("/mute", string(2U << 20, 'x')));
  EXPECT_EQ(status_of(client.rest()), 413U);
  EXPECT_EQ(server.counters.error(request_error::body_too_large).get(), 1U);
}

TEST(connection, says_100_continue_only_when_the_body_is_wanted) {
  test_server server;
  raw_client client(server.port);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(body_of(client.answer()), "hello");
  client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 200U);
  EXPECT_TRUE(closes(got));
}

TEST(connection, says_no_100_to_a_body_that_is_there_or_too_long) {
  test_server server;
  raw_client client(server.port);
  client.send(post("/echo", "hello", "Expect: 100-continue\r\n"));
  EXPECT_EQ(status_of(client.answer()), 200U);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(client.rest()), 413U);
}

TEST(connection, skips_a_short_body_nobody_read) {
  test_server server;
  raw_client client(server.port);
  client.send(post("/ignore", "hello") + post("/ignore", string(40'000, 'x')) + post("/echo", "next"));
  EXPECT_EQ(status_of(client.answer()), 200U);
  EXPECT_EQ(status_of(client.answer()), 200U);
  EXPECT_EQ(body_of(client.answer()), "next");
}

TEST(connection, closes_rather_than_skip_a_long_body) {
  test_server server;
  raw_client client(server.port);
  EXPECT_TRUE(client.send(post("/ignore", string(1U << 20, 'x'))));
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 200U);
  EXPECT_TRUE(closes(got));
}

TEST(connection, closes_after_an_unread_chunked_body) {
  test_server server;
  raw_client client(server.port);
  client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get("/"));
  const auto got = client.rest();
  EXPECT_TRUE(closes(got));
  EXPECT_EQ(got.find("HTTP/1.1", 1), string::npos);
}

TEST(connection, gives_head_no_body) {
  test_server server;
  raw_client client(server.port);
  client.send("HEAD /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto got = client.rest();
  EXPECT_NE(got.find("content-length: 8388608\r\n"), string::npos);
  EXPECT_EQ(body_of(got), "");
}

TEST(connection, writes_answers_larger_than_the_sockets_buffer) {
  test_server server;
  raw_client client(server.port, 4096);
  client.send(get("/big") + get("/big"));
  EXPECT_EQ(body_of(client.answer()).size(), 8U << 20);
  EXPECT_EQ(body_of(client.answer()).size(), 8U << 20);
}

TEST(connection, answers_500_for_a_handler_that_throws) {
  test_server server;
  raw_client client(server.port);
  client.send(get("/throw"));
  const auto got = client.rest();
  EXPECT_EQ(status_of(got), 500U);
  EXPECT_TRUE(closes(got));
}

TEST(connection, refuses_smugglers_and_serves_nothing_behind) {
  const string begin = "POST / HTTP/1.1\r\nHost: a\r\n";
  for (const string& request :
       {begin + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get("/x"),
        begin + "Transfer-Encoding: gzip\r\n\r\n" + get("/x"), begin + " b\r\n\r\n" + get("/x"),
        "GET / HTTP/1.1\r\n\r\n" + get("/x"), string("GET / HTTP/1.1\nHost: a\n\n")}) {
    test_server server;
    raw_client client(server.port);
    client.send(request);
    const auto got = client.rest();
    EXPECT_EQ(status_of(got), 400U) << request;
    EXPECT_EQ(got.find("HTTP/1.1", 1), string::npos) << request;
  }
}

TEST(connection, answers_each_refusal_by_its_status) {
  const std::pair<string, unsigned> rows[] = {
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
      {get("/", "Expect: a-miracle\r\n"), 417},
      {get("/", "x: " + string(17'000, 'y') + "\r\n"), 431},
      {post("/echo", "").insert(0, "\x16"), 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400}};
  test_server server;
  for (const auto& [request, status] : rows) {
    raw_client client(server.port);
    client.send(request);
    EXPECT_EQ(status_of(client.rest()), status) << request.substr(0, 40);
  }
  EXPECT_EQ(server.counters.error(request_error::headers_too_large).get(), 1U);
}

TEST(connection, holds_no_more_of_bodies_than_the_budget) {
  server_options options;
  options.body_budget_bytes = 1U << 20;
  test_server server(options);
  server.answers.body_limit = 8U << 20;
  raw_client client(server.port);
  EXPECT_TRUE(client.send(post("/echo", string(4U << 20, 'x'))));
  EXPECT_EQ(status_of(client.rest()), 503U);
  EXPECT_TRUE(eventually([&] { return server.counters.body_bytes_held.get() == 0; }));
  raw_client other(server.port);
  other.send(post("/echo", string(300'000, 'x')));
  EXPECT_EQ(status_of(other.answer()), 200U);
}

TEST(connection, outlives_clients_that_leave_in_every_step) {
  test_server server;
  const string request = post("/echo", string(100, 'x'));
  const string chunks = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  std::size_t clients = 0;
  for (const auto& bytes : {request, chunks}) {
    for (std::size_t cut = 0; cut <= bytes.size(); cut += 3, ++clients) {
      raw_client client(server.port);
      client.send(std::string_view(bytes).substr(0, cut));
      cut % 2 == 0 ? client.leave() : client.reset();
    }
  }
  EXPECT_TRUE(eventually(
      [&] { return server.counters.accepted.get() == clients && server.counters.connections.get() == 0; }));
}

TEST(connection, learns_that_nobody_is_left_to_answer) {
  test_server server;
  raw_client client(server.port);
  client.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return server.answers.waiting == 1; }));
  client.reset();
  server.on_loop([&](listener&) { server.answers.release(); });
  EXPECT_TRUE(eventually([&] { return server.counters.connections.get() == 0; }));
  EXPECT_EQ(server.answers.gone, 1);
}

std::uint64_t durations_of(const http_counters& counters) {
  std::uint64_t recorded = 0;
  for (std::size_t i = 0; i <= request_duration_bounds_us.size(); ++i)
    recorded += counters.request_duration_us.count(i);
  return recorded;
}

TEST(connection, counts_bytes_and_durations) {
  test_server server;
  raw_client client(server.port);
  const auto request = post("/echo", "hello");
  client.send(request);
  const auto got = client.answer();
  EXPECT_TRUE(eventually([&] { return durations_of(server.counters) == 1; }));
  EXPECT_EQ(server.counters.bytes_in.get(), request.size());
  EXPECT_EQ(server.counters.bytes_out.get(), got.size());
}

}  // namespace
}  // namespace weir::http
