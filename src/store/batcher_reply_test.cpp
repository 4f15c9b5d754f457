// The batcher with deadlines, late and unexpected replies, errors and closed connections.
#include "store/batcher.hpp"

#include <gtest/gtest.h>

#include "store/testing/batcher_fixture.hpp"

namespace weir::store {
namespace {

TEST(batcher, never_sends_a_take_whose_deadline_has_passed) {
  talk t;
  const take_id id = t.take(1);
  t.now += patience;
  EXPECT_EQ(t.send().size(), 0U);
  ASSERT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.b.finished()[0].id, id);
  EXPECT_EQ(t.b.finished()[0].answer.error(), store_error::deadline);
}

TEST(batcher, refuses_a_take_that_comes_after_its_deadline) {
  talk t;
  EXPECT_EQ(t.b.enqueue_take(one(1), t.now, t.now).error(), store_error::deadline);
}

TEST(batcher, answers_at_the_deadline_and_gives_back_what_the_late_reply_admits) {
  talk t;
  t.take(1);
  t.send();
  t.now += patience;
  EXPECT_TRUE(t.b.on_tick(t.now));
  ASSERT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.b.finished()[0].answer.error(), store_error::deadline);

  t.hear(t.reply().admitted({1, 10, 100}, 123, 7));
  EXPECT_EQ(t.b.finished().size(), 1U);
  EXPECT_EQ(t.counters.refunded_takes.get(), 1U);
  const auto back = t.send().at(0).operations().at(0);
  EXPECT_EQ(back.window, window_of(1));
  EXPECT_EQ(back.asked, (limit::amounts{1, 10, 100}));
  EXPECT_EQ(back.used, limit::amounts{});
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
  EXPECT_EQ(t.counters.refunded_takes.get(), 0U);
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
  t.now += patience;
  t.hear(t.reply().expired());
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::deadline);
}

// After an idle time Redis' clock may be ahead of the estimate. The take was not run although its deadline
// has not passed.
TEST(batcher, sends_again_in_order_what_redis_did_not_run_while_there_is_time) {
  talk t;
  t.take(1);
  t.take(2);
  t.send();
  t.hear(packed_reply({t.redis_now().us + 3'600'000'000}).expired().expired());
  EXPECT_TRUE(t.b.finished().empty());
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].operations().at(0).window, window_of(1));
  EXPECT_EQ(sent[0].operations().at(1).window, window_of(2));
}

// ---- waiters that go away ----

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
  EXPECT_EQ(t.send().at(0).operations().at(0).used, limit::amounts{});
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
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::bad_window);
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
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::deadline);
}

TEST(batcher, loads_a_script_that_two_batches_missed_once_and_keeps_the_order_of_takes) {
  talk t;
  t.take(1);
  t.send();
  for (unsigned n = 0; n < batch::max_operations; ++n) t.take(2 + n);
  t.send();
  t.hear("-NOSCRIPT x\r\n");
  EXPECT_EQ(t.send().size(), 2U);  // the script, and the first batch again
  t.hear("-NOSCRIPT x\r\n");
  EXPECT_EQ(t.send().size(), 1U);  // the second batch again
  EXPECT_TRUE(t.hear("$40\r\n" + sha + "\r\n"));
  EXPECT_TRUE(t.hear(t.reply().rejected(1)));
  packed_reply r = t.reply();
  for (unsigned n = 0; n < batch::max_operations; ++n) r.rejected(2 + n);
  EXPECT_TRUE(t.hear(r));
  ASSERT_EQ(t.b.finished().size(), 1 + batch::max_operations);
  for (std::size_t n = 0; n < t.b.finished().size(); ++n)
    EXPECT_EQ(t.b.finished()[n].answer->retry_after.count(), static_cast<std::int64_t>(n + 1));
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
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::error_reply);
  EXPECT_EQ(t.counters.unanswered_takes.get(), 0U);
  EXPECT_EQ(t.b.trouble().substr(0, 3), "OOM");
  EXPECT_EQ(t.send().size(), 0U);  // not again and again
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
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::error_reply);
  EXPECT_EQ(t.b.queued_settles(), 1U);
}

TEST(batcher, sends_nothing_again_after_an_error_that_proves_nothing) {
  talk t;
  t.take(1);
  t.settle(2);
  t.send();
  EXPECT_TRUE(t.hear("-ERR script: 94ab, on @user_script:7.\r\n"));
  EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::error_reply);
  EXPECT_EQ(t.counters.unanswered_takes.get(), 1U);
  EXPECT_EQ(t.counters.dropped_settles.get(), 1U);
  EXPECT_TRUE(t.b.settled());
}

TEST(batcher, closes_on_a_reply_that_is_none) {
  for (const std::string& resp :
       {std::string("$3\r\nabc\r\n"), std::string(":1\r\n"), packed_reply(redis_start).resp()}) {
    talk t;
    t.take(1);
    t.send();
    EXPECT_FALSE(t.hear(resp));
    EXPECT_EQ(t.b.finished().at(0).answer.error(), store_error::error_reply);
    EXPECT_EQ(t.counters.unanswered_takes.get(), 1U);
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
  t.b.on_closed(store_error::disconnected, t.now);
  ASSERT_EQ(t.b.finished().size(), 3U);
  for (const auto& f : t.b.finished()) EXPECT_EQ(f.answer.error(), store_error::disconnected);
  EXPECT_EQ(t.counters.unanswered_takes.get(), 1U);
  EXPECT_EQ(t.b.enqueue_take(one(5), t.now + patience, t.now).error(), store_error::disconnected);

  t.b.on_ready(sha, redis_start, t.now);
  t.now += settle_patience;
  EXPECT_EQ(t.send().at(0).operations().at(0).window, window_of(4));
}

TEST(batcher, says_mismatch_while_redis_is_used_otherwise) {
  talk t;
  t.b.on_closed(store_error::mismatch, t.now);
  EXPECT_EQ(t.b.enqueue_take(one(1), t.now + patience, t.now).error(), store_error::mismatch);
}

TEST(batcher, sends_nothing_before_it_is_ready) {
  store_counters counters;
  batcher b(60, counters);
  b.enqueue_settle(receipt_of(1), half, start);
  std::string out;
  b.next_bytes(out, start);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace weir::store
