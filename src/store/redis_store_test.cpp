// The Redis store on a real Redis: verdicts, faults, recovery. No sleeps: the loop runs until what is waited
// for is there.
#include "store/redis_store.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "store/redis_admin.hpp"
#include "support/redis_process.hpp"

namespace weir {
namespace {

using namespace std::chrono_literals;

class recorded_log final : public event_log {
 public:
  void write(severity, std::string_view event, std::initializer_list<log_field> fields) override {
    std::string line(event);
    for (const auto& f : fields) line += " " + std::string(f.name) + "=" + f.value;
    lines.push_back(std::move(line));
  }
  std::size_t count(std::string_view part) const {
    std::size_t n = 0;
    for (const auto& line : lines) n += line.find(part) != std::string::npos ? 1 : 0;
    return n;
  }
  std::vector<std::string> lines;
};

steady_time now() { return std::chrono::steady_clock::now(); }

// A store with its loop, as a worker has them.
struct node {
  explicit node(const redis::endpoint& where, std::uint32_t window_seconds = 60)
      : store(io, {where, window_seconds, "none", 20261124}, cells, log) {
    store.start();
  }
  ~node() { stop(); }

  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds at_most = 10s) {
    for (const steady_time until = now() + at_most; !done() && now() < until;) io.run_one_for(50ms);
    return done();
  }
  bool is(store_state s) {
    return run_until([&] { return cells.state == s; });
  }

  struct question {
    std::optional<result<verdict, outage>> answer;
    asio::cancellation_signal cancel;
    steady_time answered{};
    bool gone = false;
  };
  static awaitable<void> ask(redis_store& store, charge c, std::chrono::milliseconds patience, question& q) {
    const auto answer = co_await store.take(c, now() + patience);
    q.answer = answer;
    q.answered = now();
  }
  void begin(question& q, const charge& c, std::chrono::milliseconds patience = 2s) {
    auto task = ask(store, c, patience, q);
    asio::co_spawn(
        io, std::move(task),
        asio::bind_cancellation_slot(q.cancel.slot(), [&q](std::exception_ptr) { q.gone = true; }));
  }
  result<verdict, outage> take(const charge& c, std::chrono::milliseconds patience = 2s) {
    question q;
    begin(q, c, patience);
    run_until([&] { return q.gone; });
    return *q.answer;
  }
  void stop() {
    if (stopped) return;
    asio::co_spawn(io, store.stop(now() + 2s), [this](std::exception_ptr) { stopped = true; });
    run_until([&] { return stopped; });
  }

  asio::io_context io{1};
  store_cells cells;
  recorded_log log;
  redis_store store;
  bool stopped = false;
};

charge one(char digit, amounts asked = {1, 10, 100}, limits most = {}) {
  charge c{.asked = asked};
  c.scopes[0].id.hex.fill(digit);
  c.scopes[0].limits = most;
  return c;
}

std::string window_of(char digit, std::uint32_t window_seconds = 60) {
  std::string name;
  const key_id id = one(digit).scopes[0].id;
  append_window_name(name, window_seconds, make_window_ref(id, id));
  return name;
}

redis::endpoint at(const test::redis_process& server) { return *redis::parse_url(server.url()); }

// What a window holds now, asked without charging.
amounts used(node& n, char digit) { return n.take(one(digit, {}))->windows[0].used; }

struct redis_store_test : testing::Test {
  test::redis_process server;
};

TEST_F(redis_store_test, takes_and_settles) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const charge c = one('a', {1, 10, 100}, {.requests = 1});
  const auto v = n.take(c);
  ASSERT_TRUE(v && v->admitted());
  EXPECT_EQ(n.take(c)->outcome, outcome::rejected);
  n.store.settle(make_receipt(c, *v), {1, 10, 7});
  EXPECT_EQ(used(n, 'a'), (amounts{1, 10, 7}));
}

// Its own reservation never stands in a sequential client's way.
TEST_F(redis_store_test, a_settle_goes_before_the_next_take_of_its_window) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const charge c = one('a', {1, 1, 100}, {.output_tokens = 100});
  for (int i = 0; i < 100; ++i) {
    const auto v = n.take(c);
    ASSERT_TRUE(v && v->admitted()) << i;
    n.store.settle(make_receipt(c, *v), {1, 1, 0});
  }
}

TEST_F(redis_store_test, many_takes_at_once_go_in_few_batches_and_hold_the_limit) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  std::vector<node::question> questions(300);
  for (auto& q : questions) n.begin(q, one('a', {1, 0, 0}, {.requests = 120}));
  ASSERT_TRUE(n.run_until(
      [&] { return std::all_of(questions.begin(), questions.end(), [](auto& q) { return q.gone; }); }));
  const auto admitted =
      std::count_if(questions.begin(), questions.end(), [](auto& q) { return (*q.answer)->admitted(); });
  EXPECT_EQ(admitted, 120);
  std::uint64_t batches = 0;
  for (std::size_t i = 0; i <= batch_size_bounds.size(); ++i) batches += n.cells.batch_size.count(i);
  EXPECT_LE(batches, 10U);
}

TEST_F(redis_store_test, loads_the_script_again_after_script_flush) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  test::redis_admin admin(server.socket());
  n.take(one('a'));
  admin({"SCRIPT", "FLUSH"});
  const auto v = n.take(one('a'));
  ASSERT_TRUE(v && v->admitted());
  EXPECT_EQ(v->windows[0].used.requests, 2U);
}

TEST_F(redis_store_test, goes_on_after_flushall_and_does_not_settle_into_the_new_life) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const auto before = n.take(one('a'));
  test::redis_admin(server.socket())({"FLUSHALL"});
  n.take(one('a'));
  n.store.settle(make_receipt(one('a'), *before), {1, 10, 0});
  EXPECT_EQ(used(n, 'a'), (amounts{1, 10, 100}));
  EXPECT_EQ(n.cells.late_settles.get(), 1U);
}

TEST_F(redis_store_test, a_window_of_wrong_type_or_length_is_the_outage_of_its_takes_only) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  test::redis_admin admin(server.socket());
  admin({"LPUSH", window_of('a'), "x"});
  admin({"SET", window_of('b'), "short"});
  std::vector<node::question> questions(3);
  for (std::size_t i = 0; i < 3; ++i) n.begin(questions[i], one("abc"[i]));
  ASSERT_TRUE(n.run_until([&] { return questions[0].gone && questions[1].gone && questions[2].gone; }));
  EXPECT_EQ(questions[0].answer->error(), outage::bad_window);
  EXPECT_EQ(questions[1].answer->error(), outage::bad_window);
  EXPECT_TRUE((*questions[2].answer)->admitted());
  EXPECT_EQ(admin({"GET", window_of('b')}), "short");
  EXPECT_EQ(n.log.count("wrong type or length"), 1U);
}

TEST_F(redis_store_test, fails_at_once_while_redis_is_gone_and_recovers_by_itself) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.kill();
  ASSERT_TRUE(n.is(store_state::down));
  const steady_time asked = now();
  EXPECT_EQ(n.take(one('a')).error(), outage::disconnected);
  EXPECT_LT(now() - asked, 1s);
  server.start();
  ASSERT_TRUE(n.is(store_state::up));
  EXPECT_TRUE(n.take(one('a'))->admitted());
  EXPECT_EQ(n.log.count("redis is unreachable"), 1U);
  EXPECT_EQ(n.log.count("redis is reachable again"), 1U);
  EXPECT_EQ(n.log.count("restarted=yes"), 1U);
  EXPECT_EQ(n.cells.reconnects.get(), 1U);
}

TEST_F(redis_store_test,
       answers_within_the_deadline_while_redis_is_frozen_and_charges_nothing_after_the_thaw) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  n.take(one('a', {}));
  server.freeze();
  std::vector<node::question> questions(20);
  const steady_time asked = now();
  for (auto& q : questions) n.begin(q, one('a'), 250ms);
  ASSERT_TRUE(n.run_until(
      [&] { return std::all_of(questions.begin(), questions.end(), [](auto& q) { return q.gone; }); }));
  for (auto& q : questions) {
    EXPECT_EQ(q.answer->error(), outage::deadline);
    EXPECT_LT(q.answered - asked, 250ms + 500ms);  // 25 ms, and what a busy machine adds
  }
  ASSERT_TRUE(n.is(store_state::down));  // given up a second after the deadline
  server.thaw();
  ASSERT_TRUE(n.is(store_state::up));
  EXPECT_EQ(used(n, 'a'), amounts{});
}

TEST_F(redis_store_test, gives_back_what_a_late_reply_admits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  node::question q;
  n.begin(q, one('a'), 5s);
  ASSERT_TRUE(n.run_until([&] { return n.cells.queued.get() == 0 && n.cells.batch_size.sum() == 1; }));
  q.cancel.emit(asio::cancellation_type::terminal);
  ASSERT_TRUE(n.run_until([&] { return q.gone; }));
  server.thaw();
  ASSERT_TRUE(n.run_until([&] { return n.cells.returned_charges.get() == 1; }));
  EXPECT_EQ(used(n, 'a'), amounts{});
}

TEST_F(redis_store_test, forgets_a_take_that_is_cancelled_while_it_waits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  std::vector<node::question> questions(4);  // the first is in flight, the others wait
  for (auto& q : questions) {
    n.begin(q, one('a'), 5s);
    ASSERT_TRUE(n.run_until([&] {
      return n.cells.batch_size.sum() + n.cells.queued.get() ==
             static_cast<std::size_t>(&q - questions.data()) + 1;
    }));
  }
  for (int turn = 0; turn < 10; ++turn) n.io.poll();
  ASSERT_EQ(n.cells.queued.get(), 3U);
  questions[3].cancel.emit(asio::cancellation_type::terminal);
  ASSERT_TRUE(n.run_until([&] { return questions[3].gone; }));
  EXPECT_EQ(n.cells.queued.get(), 2U);
  server.thaw();
  ASSERT_TRUE(n.run_until([&] { return questions[0].gone && questions[1].gone && questions[2].gone; }));
  EXPECT_EQ(used(n, 'a').requests, 3U);
}

TEST_F(redis_store_test, refuses_while_redis_is_used_with_another_window_and_serves_once_that_is_mended) {
  node first(at(server), 60);
  ASSERT_TRUE(first.is(store_state::up));
  node second(at(server), 10);
  ASSERT_TRUE(second.is(store_state::mismatch));
  EXPECT_EQ(second.take(one('a')).error(), outage::mismatch);
  EXPECT_EQ(second.log.count("other window"), 1U);
  EXPECT_FALSE(second.cells.reached_once);
  test::redis_admin(server.socket())({"DEL", "weir:meta"});
  ASSERT_TRUE(second.is(store_state::up));
}

TEST_F(redis_store_test, refuses_while_redis_is_out_of_memory) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  test::redis_admin admin(server.socket());
  admin({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(n.take(one('a')).error(), outage::refused);
  admin({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(n.take(one('a'))->admitted());
  EXPECT_EQ(n.log.count("redis does not run batches"), 1U);
  EXPECT_TRUE(n.run_until([&] { return n.log.count("redis runs batches again") == 1; }));
}

TEST_F(redis_store_test, leaves_a_replica_and_comes_back_when_it_is_a_master_again) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  test::redis_admin admin(server.socket());
  admin({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_EQ(n.take(one('a')).error(), outage::refused);
  ASSERT_TRUE(n.is(store_state::down));
  admin({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(n.is(store_state::up));
}

TEST_F(redis_store_test, sends_waiting_settles_before_it_stops) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  std::vector<receipt> receipts;
  for (const char digit : std::string_view("0123456789abcdef"))
    receipts.push_back(make_receipt(one(digit), *n.take(one(digit))));
  for (const auto& r : receipts) n.store.settle(r, {1, 10, 0});
  n.stop();
  EXPECT_EQ(n.cells.lost_settles.get(), 0U);
  node other(at(server));
  ASSERT_TRUE(other.is(store_state::up));
  for (const char digit : std::string_view("0123456789abcdef"))
    EXPECT_EQ(used(other, digit), (amounts{1, 10, 0}));
}

TEST_F(redis_store_test, stops_in_time_while_redis_is_frozen_and_ends_who_waits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  node::question q;
  n.begin(q, one('a'), 60s);
  ASSERT_TRUE(n.run_until([&] { return n.cells.batch_size.sum() == 1; }));
  bool stopped = false;
  asio::co_spawn(n.io, n.store.stop(now() + 100ms), [&](std::exception_ptr) { stopped = true; });
  ASSERT_TRUE(n.run_until([&] { return stopped && q.gone; }));
  EXPECT_EQ(q.answer->error(), outage::disconnected);
  EXPECT_EQ(n.log.count("unreachable"), 0U);
  n.stopped = true;
  server.thaw();
}

TEST(redis_store_server, warns_of_a_policy_that_evicts_windows) {
  test::redis_process server({"--maxmemory-policy", "volatile-lru"});
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  EXPECT_EQ(n.log.count("maxmemory_policy=volatile-lru"), 1U);
}

TEST(redis_store_server, says_who_it_is_and_keeps_the_password_to_itself) {
  test::redis_process server;
  test::redis_admin(server.socket())({"CONFIG", "SET", "requirepass", "hunter2"});
  redis::endpoint where = at(server);
  where.password = "hunter2";
  where.database = 3;
  node n(where);
  EXPECT_TRUE(n.is(store_state::up));
  where.password = "hunter3";
  node stranger(where);
  ASSERT_TRUE(stranger.run_until([&] { return stranger.log.count("AUTH with WRONGPASS") == 1; }));
  EXPECT_EQ(n.log.count("hunter") + stranger.log.count("hunter"), 0U);
}

TEST(redis_store_server, tries_again_where_nobody_listens) {
  node n(*redis::parse_url("unix:///nonexistent/redis.sock"));
  ASSERT_TRUE(n.run_until([&] { return n.log.count("redis is unreachable") == 1; }));
  EXPECT_EQ(n.take(one('a')).error(), outage::disconnected);
  EXPECT_EQ(n.cells.state, store_state::connecting);
}

}  // namespace
}  // namespace weir
