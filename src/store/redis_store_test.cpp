// The Redis store on a real Redis: decisions, faults, recovery. Tests run the loop until a condition holds
// and never sleep.
#include "store/redis_store.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/testing/fake_log.hpp"
#include "limit/testing/plan_fixture.hpp"
#include "store/testing/redis_admin_fixture.hpp"
#include "support/redis_process.hpp"

namespace weir::store {
namespace {

using namespace std::chrono_literals;

steady_time now() { return std::chrono::steady_clock::now(); }

// A store with its loop, as in a worker.
struct node {
  explicit node(const redis::endpoint& where, std::uint32_t window_seconds = 60)
      : store(io, {where, window_seconds, "none", 20261124}, counters, log) {
    store.start();
  }
  ~node() { stop(); }

  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds at_most = 10s) {
    for (const steady_time until = now() + at_most; !done() && now() < until;) io.run_one_for(50ms);
    return done();
  }
  bool is(store_state s) {
    return run_until([&] { return counters.health.state == s; });
  }

  struct question {
    std::optional<result<limit::decision, store_error>> answer;
    asio::cancellation_signal cancel;
    steady_time answered{};
    bool gone = false;
  };
  static awaitable<void> ask(redis_store& store, limit::plan c, std::chrono::milliseconds patience,
                             question& q) {
    const auto answer = co_await store.take(c, now() + patience);
    q.answer = answer;
    q.answered = now();
  }
  void begin(question& q, const limit::plan& c, std::chrono::milliseconds patience = 2s) {
    auto task = ask(store, c, patience, q);
    asio::co_spawn(
        io, std::move(task),
        asio::bind_cancellation_slot(q.cancel.slot(), [&q](std::exception_ptr) { q.gone = true; }));
  }
  result<limit::decision, store_error> take(const limit::plan& c, std::chrono::milliseconds patience = 2s) {
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
  store_counters counters;
  fake_log log;
  redis_store store;
  bool stopped = false;
};

scope_id id_of(char digit) {
  scope_id id;
  id.hex.fill(digit);
  return id;
}

limit::plan one(char digit, limit::amounts asked = {1, 10, 100}, limit::limits most = {}) {
  return limit::plan_of({id_of(digit)}, asked, most);
}

std::string window_of(char digit, std::uint32_t window_seconds = 60) {
  std::string name;
  append_window_name(name, window_seconds, make_window_ref(id_of(digit), id_of(digit)));
  return name;
}

redis::endpoint at(const test::redis_process& server) { return *redis::parse_url(server.url()); }

// The present usage of a window, read without a charge.
limit::amounts used(node& n, char digit) { return n.take(one(digit, {}))->windows[0].used; }

struct redis_store_test : testing::Test {
  test::redis_process server;
};

TEST_F(redis_store_test, takes_and_settles) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const limit::plan c = one('a', {1, 10, 100}, {.requests = 1});
  const auto v = n.take(c);
  ASSERT_TRUE(v && v->admitted());
  EXPECT_EQ(n.take(c)->outcome, limit::outcome::rejected);
  n.store.settle(limit::make_receipt(c, *v), {1, 10, 7});
  EXPECT_EQ(used(n, 'a'), (limit::amounts{1, 10, 7}));
}

// The two keys are in different hash tags of their own, so the project's window is shared only because the
// project is the root of both plans.
TEST_F(redis_store_test, two_keys_of_a_project_share_its_window) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const auto of_key = [](char key) {
    return limit::plan_of({id_of(key), id_of('p')}, {1, 0, 0}, {.requests = 3});
  };
  EXPECT_TRUE(n.take(of_key('a'))->admitted());
  EXPECT_TRUE(n.take(of_key('b'))->admitted());
  const auto last = n.take(of_key('a'));
  EXPECT_TRUE(last->admitted());
  const auto full = n.take(of_key('b'));
  EXPECT_EQ(full->outcome, limit::outcome::rejected);
  EXPECT_EQ(full->part_index, 1);
  EXPECT_EQ(full->windows[0].used.requests, 1u);
  EXPECT_EQ(full->windows[1].used.requests, 3u);
  n.store.settle(limit::make_receipt(of_key('a'), *last), {});
  EXPECT_TRUE(n.take(of_key('b'))->admitted());
}

TEST_F(redis_store_test, refuses_a_plan_with_another_window_shape) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  limit::plan p = one('a');
  p.parts[0].shape = {60, 61};
  EXPECT_EQ(n.take(p).error(), store_error::unsupported_plan);
  EXPECT_EQ(n.counters.errors[static_cast<std::size_t>(store_error::unsupported_plan)].get(), 1u);
}

// A sequential client is never rejected because of its own reservation.
TEST_F(redis_store_test, a_settle_goes_before_the_next_take_of_its_window) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  const limit::plan c = one('a', {1, 1, 100}, {.output_tokens = 100});
  for (int i = 0; i < 100; ++i) {
    const auto v = n.take(c);
    ASSERT_TRUE(v && v->admitted()) << i;
    n.store.settle(limit::make_receipt(c, *v), {1, 1, 0});
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
  for (std::size_t i = 0; i <= batch_operations_bounds.size(); ++i)
    batches += n.counters.batch_operations.count(i);
  EXPECT_LE(batches, 10U);
}

TEST_F(redis_store_test, loads_the_script_again_after_script_flush) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  redis_admin admin(server.socket());
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
  redis_admin(server.socket())({"FLUSHALL"});
  n.take(one('a'));
  n.store.settle(limit::make_receipt(one('a'), *before), {1, 10, 0});
  EXPECT_EQ(used(n, 'a'), (limit::amounts{1, 10, 100}));
  EXPECT_EQ(n.counters.expired_settles.get(), 1U);
}

TEST_F(redis_store_test, a_window_of_wrong_type_or_length_is_the_outage_of_its_takes_only) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  redis_admin admin(server.socket());
  admin({"LPUSH", window_of('a'), "x"});
  admin({"SET", window_of('b'), "short"});
  std::vector<node::question> questions(3);
  for (std::size_t i = 0; i < 3; ++i) n.begin(questions[i], one("abc"[i]));
  ASSERT_TRUE(n.run_until([&] { return questions[0].gone && questions[1].gone && questions[2].gone; }));
  EXPECT_EQ(questions[0].answer->error(), store_error::bad_window);
  EXPECT_EQ(questions[1].answer->error(), store_error::bad_window);
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
  EXPECT_EQ(n.take(one('a')).error(), store_error::disconnected);
  EXPECT_LT(now() - asked, 1s);
  server.start();
  ASSERT_TRUE(n.is(store_state::up));
  EXPECT_TRUE(n.take(one('a'))->admitted());
  EXPECT_EQ(n.log.count("redis is unreachable"), 1U);
  EXPECT_EQ(n.log.count("redis is reachable again"), 1U);
  EXPECT_EQ(n.log.count("restarted=yes"), 1U);
  EXPECT_EQ(n.counters.reconnects.get(), 1U);
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
    EXPECT_EQ(q.answer->error(), store_error::deadline);
    EXPECT_LT(q.answered - asked, 250ms + 500ms);  // 25 ms, plus the delays of a busy machine
  }
  ASSERT_TRUE(n.is(store_state::down));  // given up a second after the deadline
  server.thaw();
  ASSERT_TRUE(n.is(store_state::up));
  EXPECT_EQ(used(n, 'a'), limit::amounts{});
}

TEST_F(redis_store_test, gives_back_what_a_late_reply_admits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  node::question q;
  n.begin(q, one('a'), 5s);
  ASSERT_TRUE(n.run_until(
      [&] { return n.counters.queued_takes.get() == 0 && n.counters.batch_operations.sum() == 1; }));
  q.cancel.emit(asio::cancellation_type::terminal);
  ASSERT_TRUE(n.run_until([&] { return q.gone; }));
  server.thaw();
  ASSERT_TRUE(n.run_until([&] { return n.counters.refunded_takes.get() == 1; }));
  EXPECT_EQ(used(n, 'a'), limit::amounts{});
}

TEST_F(redis_store_test, forgets_a_take_that_is_cancelled_while_it_waits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  std::vector<node::question> questions(4);  // the first is in flight, the others wait
  for (auto& q : questions) {
    n.begin(q, one('a'), 5s);
    ASSERT_TRUE(n.run_until([&] {
      return n.counters.batch_operations.sum() + n.counters.queued_takes.get() ==
             static_cast<std::size_t>(&q - questions.data()) + 1;
    }));
  }
  for (int turn = 0; turn < 10; ++turn) n.io.poll();
  ASSERT_EQ(n.counters.queued_takes.get(), 3U);
  questions[3].cancel.emit(asio::cancellation_type::terminal);
  ASSERT_TRUE(n.run_until([&] { return questions[3].gone; }));
  EXPECT_EQ(n.counters.queued_takes.get(), 2U);
  server.thaw();
  ASSERT_TRUE(n.run_until([&] { return questions[0].gone && questions[1].gone && questions[2].gone; }));
  EXPECT_EQ(used(n, 'a').requests, 3U);
}

TEST_F(redis_store_test, refuses_while_redis_is_used_with_another_window_and_serves_once_that_is_mended) {
  node first(at(server), 60);
  ASSERT_TRUE(first.is(store_state::up));
  node second(at(server), 10);
  ASSERT_TRUE(second.is(store_state::mismatch));
  EXPECT_EQ(second.take(one('a')).error(), store_error::mismatch);
  EXPECT_EQ(second.log.count("other window"), 1U);
  EXPECT_FALSE(second.counters.health.reached_once);
  redis_admin(server.socket())({"DEL", "weir:meta"});
  ASSERT_TRUE(second.is(store_state::up));
}

TEST_F(redis_store_test, refuses_while_redis_is_out_of_memory) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  redis_admin admin(server.socket());
  admin({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(n.take(one('a')).error(), store_error::error_reply);
  admin({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(n.take(one('a'))->admitted());
  EXPECT_EQ(n.log.count("redis rejects batches"), 1U);
  EXPECT_TRUE(n.run_until([&] { return n.log.count("redis accepts batches again") == 1; }));
}

TEST_F(redis_store_test, leaves_a_replica_and_comes_back_when_it_is_a_master_again) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  redis_admin admin(server.socket());
  admin({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_EQ(n.take(one('a')).error(), store_error::error_reply);
  ASSERT_TRUE(n.is(store_state::down));
  admin({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(n.is(store_state::up));
}

TEST_F(redis_store_test, sends_waiting_settles_before_it_stops) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  std::vector<limit::receipt> receipts;
  for (const char digit : std::string_view("0123456789abcdef"))
    receipts.push_back(limit::make_receipt(one(digit), *n.take(one(digit))));
  for (const auto& r : receipts) n.store.settle(r, {1, 10, 0});
  n.stop();
  EXPECT_EQ(n.counters.dropped_settles.get(), 0U);
  node other(at(server));
  ASSERT_TRUE(other.is(store_state::up));
  for (const char digit : std::string_view("0123456789abcdef"))
    EXPECT_EQ(used(other, digit), (limit::amounts{1, 10, 0}));
}

TEST_F(redis_store_test, stops_in_time_while_redis_is_frozen_and_ends_who_waits) {
  node n(at(server));
  ASSERT_TRUE(n.is(store_state::up));
  server.freeze();
  node::question q;
  n.begin(q, one('a'), 60s);
  ASSERT_TRUE(n.run_until([&] { return n.counters.batch_operations.sum() == 1; }));
  bool stopped = false;
  asio::co_spawn(n.io, n.store.stop(now() + 100ms), [&](std::exception_ptr) { stopped = true; });
  ASSERT_TRUE(n.run_until([&] { return stopped && q.gone; }));
  EXPECT_EQ(q.answer->error(), store_error::disconnected);
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
  redis_admin(server.socket())({"CONFIG", "SET", "requirepass", "hunter2"});
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
  EXPECT_EQ(n.take(one('a')).error(), store_error::disconnected);
  EXPECT_EQ(n.counters.health.state, store_state::connecting);
}

}  // namespace
}  // namespace weir::store
