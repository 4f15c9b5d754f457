#include "store/batcher.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "store/fake_redis.hpp"

namespace weir {
namespace {

using namespace std::chrono_literals;
using test::packed_reply;
using test::sent_command;

const std::string sha(40, 'a');
constexpr steady_time start{1h};
constexpr store_time redis_start{1'700'000'000'000'000};
constexpr auto patience = 250ms;

key_id id_of(unsigned n) {
  key_id id;
  id.hex.fill('0');
  for (std::size_t i = 0; i < 8; ++i) id.hex[i] = "0123456789abcdef"[n >> (4 * i) & 15];
  return id;
}

charge one(unsigned n) {
  charge c{.asked = {1, 10, 100}};
  c.scopes[0].id = id_of(n);
  return c;
}

receipt receipt_of(unsigned n, std::uint32_t second = 100) {
  receipt r{.reserved = {1, 10, 100}};
  r.parts[0] = {id_of(n), second, 7};
  return r;
}

std::string window_of(unsigned n) {
  std::string name;
  append_window_name(name, 60, make_window_ref(id_of(n), id_of(n)));
  return name;
}

constexpr amounts half{1, 10, 50};

// A batcher that is ready, its clock, and what it says.
struct talk {
  talk() { b.on_ready(sha, redis_start, now); }

  take_id take(unsigned n) { return *b.enqueue_take(one(n), now + patience, now); }
  void settle(unsigned n, std::uint32_t second = 100) { b.enqueue_settle(receipt_of(n, second), half, now); }
  std::vector<sent_command> send() {
    std::string out;
    b.next_bytes(out, now);
    return test::commands_in(out);
  }
  result<void> hear(const std::string& resp) {
    reader.feed(resp);
    auto r = reader.next();
    return b.on_reply((*r)->view(), now);
  }
  result<void> hear(const packed_reply& r) { return hear(r.resp()); }
  store_time redis_now() const { return {redis_start.us + std::chrono::duration_cast<microseconds>(now - start).count()}; }
  packed_reply reply() const { return packed_reply(redis_now()); }
  // An answered batch of that many takes, so that traffic counts as heavy.
  void be_busy(unsigned takes = 10) {
    for (unsigned n = 0; n < takes; ++n) take(90'000 + n);
    send();
    packed_reply r = reply();
    for (unsigned n = 0; n < takes; ++n) r.rejected(1);
    hear(r);
    b.finished().clear();
  }
  std::uint64_t outages(outage o) const { return cells.outages[static_cast<std::size_t>(o)].get(); }

  steady_time now = start;
  store_cells cells;
  batcher b{60, cells};
  redis::reply_reader reader;
};

TEST(batcher, sends_an_idle_take_at_once_and_tells_its_verdict) {
  talk t;
  const take_id id = t.take(1);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].words[1], sha);
  EXPECT_TRUE(t.hear(t.reply().admitted({1, 10, 100}, 100, 7)));
  ASSERT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.b.finished()[0].id, id);
  EXPECT_TRUE(t.b.finished()[0].answer->admitted());
}

TEST(batcher, gathers_what_arrives_while_two_batches_are_in_flight) {
  talk t;
  t.take(1);
  EXPECT_EQ(t.send().size(), 1U);
  t.take(2);
  EXPECT_EQ(t.send().size(), 1U);
  for (unsigned n = 3; n < 10; ++n) t.take(n);
  EXPECT_EQ(t.send().size(), 0U);
  t.hear(t.reply().rejected(5));
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].operations().size(), 7U);
}

TEST(batcher, sends_no_more_than_a_batch_holds) {
  talk t;
  for (unsigned n = 0; n < 200; ++n) t.take(n);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].operations().size(), batch::max_operations);
  EXPECT_EQ(t.cells.queued.get(), 200 - 2 * batch::max_operations);
}

TEST(batcher, refuses_takes_beyond_its_queue) {
  talk t;
  for (unsigned n = 0; n < max_queued_takes; ++n) t.take(n);
  const auto refused = t.b.enqueue_take(one(1), t.now + patience, t.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), outage::overloaded);
  EXPECT_EQ(t.outages(outage::overloaded), 1U);
}

TEST(batcher, drops_the_oldest_settle_beyond_its_queue) {
  talk t;
  t.b.on_closed(outage::disconnected, t.now);
  for (unsigned n = 0; n < max_queued_settles + 3; ++n) t.settle(n);
  EXPECT_EQ(t.b.queued_settles(), max_queued_settles);
  EXPECT_EQ(t.cells.lost_settles.get(), 3U);
}

// ---- settles ----

TEST(batcher, sends_a_settle_at_once_in_light_traffic) {
  talk t;
  t.settle(1);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].operations()[0].window, window_of(1));
  EXPECT_EQ(sent[0].operations()[0].used, half);
}

TEST(batcher, lets_a_take_go_beside_its_predecessors_settle_in_flight) {
  talk t;
  t.settle(1);
  t.send();
  t.take(1);
  EXPECT_EQ(t.send().size(), 1U);
}

TEST(batcher, puts_the_settles_of_a_window_before_its_take) {
  talk t;
  t.be_busy();
  t.settle(1, 100);
  t.settle(1, 101);
  t.take(2);
  t.take(1);
  const auto operations = t.send().at(0).operations();
  ASSERT_EQ(operations.size(), 4U);
  EXPECT_EQ(operations[0].window, window_of(2));
  EXPECT_FALSE(operations[1].is_take || operations[2].is_take);
  EXPECT_TRUE(operations[3].is_take);
  EXPECT_EQ(operations[3].window, window_of(1));
}

TEST(batcher, keeps_a_take_behind_its_settles_where_the_batch_has_no_room_for_both) {
  talk t;
  t.be_busy();
  for (unsigned n = 0; n < batch::max_operations - 1; ++n) t.take(100 + n);
  t.settle(1);
  t.take(1);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_FALSE(sent[0].operations().back().is_take);
  EXPECT_EQ(sent[1].operations()[0].window, window_of(1));
}

TEST(batcher, lets_settles_wait_for_company_under_load_but_not_for_long) {
  talk t;
  t.be_busy();
  t.settle(1);
  EXPECT_EQ(t.send().size(), 0U);
  t.now += settle_patience;
  ASSERT_EQ(t.send().size(), 1U);
  EXPECT_EQ(t.cells.queued_settles.get(), 0U);
}

TEST(batcher, sends_aged_settles_ahead_of_takes_but_leaves_room_for_these) {
  talk t;
  t.be_busy();
  for (unsigned n = 0; n < 100; ++n) t.settle(n);
  t.now += settle_patience;
  for (unsigned n = 0; n < batch::max_operations; ++n) t.take(1'000 + n);
  const auto operations = t.send().at(0).operations();
  EXPECT_FALSE(operations[max_aged_settles - 1].is_take);
  EXPECT_TRUE(operations[max_aged_settles].is_take);
}

// Each take brings a settle: were takes ever to go in greater numbers, the settles' queue would overflow.
TEST(batcher, keeps_up_with_settles_however_many_takes_wait) {
  talk t;
  t.be_busy();
  for (unsigned round = 0; round < 50; ++round) {
    for (unsigned n = 0; n < batch::max_operations; ++n) t.take(1'000'000 + round * 1'000 + n);
    for (const auto& command : t.send()) {
      packed_reply r = t.reply();
      for (const auto& op : command.operations()) op.is_take ? r.admitted({1, 1, 1}, 100, 7) : r.settled();
      t.hear(r);
    }
    for (unsigned n = 0; n < t.b.finished().size(); ++n) t.settle(round * 1'000 + n);
    t.b.finished().clear();
    t.now += settle_patience;
  }
  EXPECT_LE(t.b.queued_settles(), 3 * batch::max_operations);
}

TEST(batcher, merges_settles_of_one_second_of_a_window) {
  talk t;
  t.be_busy();
  t.settle(1);
  t.settle(1);
  t.take(1);
  const auto operations = t.send().at(0).operations();
  ASSERT_EQ(operations.size(), 2U);
  EXPECT_EQ(operations[0].asked, (amounts{2, 20, 200}));
  EXPECT_EQ(operations[0].used, (amounts{2, 20, 100}));
}

TEST(batcher, does_not_send_a_settle_that_changes_nothing) {
  talk t;
  t.b.enqueue_settle(receipt_of(1), {1, 10, 100}, t.now);
  EXPECT_EQ(t.send().size(), 0U);
}

TEST(batcher, settles_every_window_of_a_take_under_the_tag_of_its_root) {
  talk t;
  receipt r = receipt_of(0xab);
  r.scope_count = 2;
  r.parts[1] = {id_of(0xcd), 100, 9};
  t.b.enqueue_settle(r, half, t.now);
  const auto operations = t.send().at(0).operations();
  ASSERT_EQ(operations.size(), 2U);
  EXPECT_EQ(operations[0].window.substr(0, 14), operations[1].window.substr(0, 14));
  EXPECT_EQ(operations[1].epoch, 9U);
}

TEST(batcher, counts_settles_that_came_too_late) {
  talk t;
  t.settle(1);
  t.send();
  t.hear(t.reply().settled(false));
  EXPECT_EQ(t.cells.late_settles.get(), 1U);
}

TEST(batcher, sends_all_settles_when_it_drains_and_is_settled_when_they_are_answered) {
  talk t;
  t.be_busy();
  t.settle(1);
  t.b.drain();
  ASSERT_EQ(t.send().size(), 1U);
  EXPECT_FALSE(t.b.settled());
  t.hear(t.reply().settled());
  EXPECT_TRUE(t.b.settled());
}

// ---- deadlines ----

TEST(batcher, never_sends_a_take_whose_deadline_has_passed) {
  talk t;
  const take_id id = t.take(1);
  t.now += patience;
  EXPECT_EQ(t.send().size(), 0U);
  ASSERT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.b.finished()[0].id, id);
  EXPECT_EQ(t.b.finished()[0].answer.error(), outage::deadline);
}

TEST(batcher, refuses_a_take_that_comes_after_its_deadline) {
  talk t;
  EXPECT_EQ(t.b.enqueue_take(one(1), t.now, t.now).error(), outage::deadline);
}

TEST(batcher, answers_at_the_deadline_and_gives_back_what_the_late_reply_admits) {
  talk t;
  t.take(1);
  t.send();
  t.now += patience;
  EXPECT_TRUE(t.b.on_tick(t.now));
  ASSERT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.b.finished()[0].answer.error(), outage::deadline);

  t.hear(t.reply().admitted({1, 10, 100}, 123, 7));
  EXPECT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.cells.returned_charges.get(), 1U);
  const auto back = t.send().at(0).operations().at(0);
  EXPECT_EQ(back.window, window_of(1));
  EXPECT_EQ(back.asked, (amounts{1, 10, 100}));
  EXPECT_EQ(back.used, amounts{});
  EXPECT_EQ(back.second, 123U);
}

TEST(batcher, gives_back_nothing_when_the_late_reply_rejects) {
  talk t;
  t.take(1);
  t.send();
  t.now += patience;
  t.b.on_tick(t.now);
  t.hear(t.reply().rejected(1));
  EXPECT_TRUE(t.b.settled());
  EXPECT_EQ(t.cells.returned_charges.get(), 0U);
}

TEST(batcher, gives_up_a_connection_that_does_not_answer_for_a_second_beyond_the_deadline) {
  talk t;
  t.take(1);
  t.send();
  t.now += patience + reply_grace - 1us;
  EXPECT_TRUE(t.b.on_tick(t.now));
  t.now += 1us;
  EXPECT_FALSE(t.b.on_tick(t.now));
}

TEST(batcher, says_in_redis_time_until_when_its_takes_may_run) {
  talk t;
  t.now += 10s;
  t.take(1);
  EXPECT_EQ(t.send().at(0).not_after().us, redis_start.us + 10'250'000);
}

TEST(batcher, follows_the_clock_that_replies_tell) {
  talk t;
  t.take(1);
  t.send();
  t.hear(packed_reply({redis_start.us - 5'000'000}).rejected(1));  // the clock was put back
  t.take(2);
  EXPECT_EQ(t.send().at(0).not_after().us, redis_start.us - 5'000'000 + 250'000);
}

TEST(batcher, tells_the_caller_deadline_where_redis_did_not_run_the_take) {
  talk t;
  t.take(1);
  t.send();
  t.hear(t.reply().expired());
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::deadline);
}

// ---- waiters that leave ----

TEST(batcher, forgets_an_abandoned_take_that_was_not_sent) {
  talk t;
  EXPECT_TRUE(t.b.abandon(t.take(1)));
  EXPECT_EQ(t.send().size(), 0U);
  EXPECT_TRUE(t.b.finished().empty());
}

TEST(batcher, gives_back_what_an_abandoned_take_in_flight_was_charged) {
  talk t;
  const take_id id = t.take(1);
  t.send();
  EXPECT_TRUE(t.b.abandon(id));
  t.hear(t.reply().admitted({1, 10, 100}, 100, 7));
  EXPECT_TRUE(t.b.finished().empty());
  EXPECT_EQ(t.send().at(0).operations().at(0).used, amounts{});
}

TEST(batcher, does_not_mistake_a_new_take_for_an_abandoned_one) {
  talk t;
  const take_id old = t.take(1);
  t.send();
  t.hear(t.reply().rejected(1));
  const take_id next = t.take(2);
  EXPECT_EQ(old.slot, next.slot);
  EXPECT_FALSE(t.b.abandon(old));
  EXPECT_EQ(t.send().size(), 1U);
}

// ---- errors ----

TEST(batcher, a_bad_window_is_its_own_takes_outage_only) {
  talk t;
  t.take(1);
  t.take(2);
  t.send();
  t.hear(t.reply().bad_window().admitted({1, 10, 100}, 100, 7));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::bad_window);
  EXPECT_TRUE(t.b.finished().at(1).answer->admitted());
}

TEST(batcher, loads_a_lost_script_and_sends_again_without_expired_takes) {
  talk t;
  t.take(1);
  t.now += 100ms;
  t.take(2);
  t.settle(3);
  t.send();
  t.now += 200ms;  // the first take's deadline has passed, the second's has not
  EXPECT_TRUE(t.hear("-NOSCRIPT No matching script. Please use EVAL.\r\n"));
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].words[1], "LOAD");
  const auto operations = sent[1].operations();
  ASSERT_EQ(operations.size(), 2U);
  EXPECT_EQ(operations[0].window, window_of(2));
  EXPECT_EQ(operations[1].window, window_of(3));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::deadline);
}

TEST(batcher, loads_a_script_that_two_batches_missed_once_and_keeps_the_order_of_takes) {
  talk t;
  t.take(1);
  t.take(2);
  t.send();
  t.take(3);
  t.send();
  t.hear("-NOSCRIPT x\r\n");
  EXPECT_EQ(t.send().size(), 2U);  // the script, and the first batch again
  t.hear("-NOSCRIPT x\r\n");
  EXPECT_EQ(t.send().size(), 1U);  // the second batch again
  EXPECT_TRUE(t.hear("$40\r\n" + sha + "\r\n"));
  EXPECT_TRUE(t.hear(t.reply().rejected(1).rejected(2)));
  EXPECT_TRUE(t.hear(t.reply().rejected(3)));
  ASSERT_EQ(t.b.finished().size(), 3U);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(t.b.finished()[static_cast<std::size_t>(n)].answer->retry_after.count(), n + 1);
}

TEST(batcher, closes_where_the_script_cannot_be_loaded) {
  talk t;
  t.take(1);
  t.send();
  t.hear("-NOSCRIPT x\r\n");
  t.send();
  EXPECT_FALSE(t.hear("-NOPERM no\r\n"));
}

TEST(batcher, refuses_takes_and_keeps_settles_where_nothing_ran) {
  talk t;
  t.take(1);
  t.settle(2);
  t.send();
  EXPECT_TRUE(t.hear("-OOM allow-oom flag is not set on the script\r\n"));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::refused);
  EXPECT_EQ(t.cells.unanswered_charges.get(), 0U);
  EXPECT_EQ(t.b.trouble().substr(0, 3), "OOM");
  EXPECT_EQ(t.send().size(), 0U);  // not in a circle
  t.now += settle_patience;
  EXPECT_EQ(t.send().size(), 1U);
  t.hear(t.reply().settled());
  EXPECT_EQ(t.b.trouble(), "");
}

TEST(batcher, leaves_a_server_that_became_a_replica) {
  talk t;
  t.take(1);
  t.settle(2);
  t.send();
  EXPECT_FALSE(t.hear("-READONLY Can not run script with write flag on readonly replica.\r\n"));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::refused);
  EXPECT_EQ(t.b.queued_settles(), 1U);
}

TEST(batcher, sends_nothing_again_after_an_error_that_proves_nothing) {
  talk t;
  t.take(1);
  t.settle(2);
  t.send();
  EXPECT_TRUE(t.hear("-ERR script: 94ab, on @user_script:7.\r\n"));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::refused);
  EXPECT_EQ(t.cells.unanswered_charges.get(), 1U);
  EXPECT_EQ(t.cells.lost_settles.get(), 1U);
  EXPECT_TRUE(t.b.settled());
}

TEST(batcher, closes_on_a_reply_that_is_none) {
  for (const std::string& resp : {std::string("$3\r\nabc\r\n"), std::string(":1\r\n"), packed_reply(redis_start).resp()}) {
    talk t;
    t.take(1);
    t.send();
    EXPECT_FALSE(t.hear(resp));
    EXPECT_EQ(t.b.finished().at(0).answer.error(), outage::refused);
    EXPECT_EQ(t.cells.unanswered_charges.get(), 1U);
  }
}

TEST(batcher, closes_on_a_reply_that_nobody_asked_for) {
  talk t;
  EXPECT_FALSE(t.hear("+OK\r\n"));
}

// ---- connections ----

TEST(batcher, a_closed_connection_ends_all_takes_at_once_and_keeps_unsent_settles) {
  talk t;
  t.be_busy();
  t.take(1);
  t.send();
  t.take(2);
  t.send();
  t.take(3);
  t.settle(4);
  t.b.on_closed(outage::disconnected, t.now);
  ASSERT_EQ(t.b.finished().size(), 3U);
  for (const auto& f : t.b.finished()) EXPECT_EQ(f.answer.error(), outage::disconnected);
  EXPECT_EQ(t.cells.unanswered_charges.get(), 2U);
  EXPECT_EQ(t.b.enqueue_take(one(5), t.now + patience, t.now).error(), outage::disconnected);

  t.b.on_ready(sha, redis_start, t.now);
  t.now += settle_patience;
  EXPECT_EQ(t.send().at(0).operations().at(0).window, window_of(4));
}

TEST(batcher, says_mismatch_while_redis_is_used_otherwise) {
  talk t;
  t.b.on_closed(outage::mismatch, t.now);
  EXPECT_EQ(t.b.enqueue_take(one(1), t.now + patience, t.now).error(), outage::mismatch);
}

TEST(batcher, sends_nothing_before_it_is_ready) {
  store_cells cells;
  batcher b(60, cells);
  b.enqueue_settle(receipt_of(1), half, start);
  std::string out;
  b.next_bytes(out, start);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace weir
