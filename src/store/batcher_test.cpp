#include "store/batcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/testing/batcher_fixture.hpp"

namespace weir::store {
namespace {

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

TEST(batcher, gathers_what_arrives_while_a_batch_is_in_flight) {
  talk t;
  t.take(1);
  EXPECT_EQ(t.send().size(), 1U);
  for (unsigned n = 2; n < 10; ++n) t.take(n);
  EXPECT_EQ(t.send().size(), 0U);
  t.hear(t.reply().rejected(5));
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].operations().size(), 8U);
}

TEST(batcher, sends_a_full_batch_beside_another_but_no_third) {
  talk t;
  t.take(1);
  EXPECT_EQ(t.send().size(), 1U);
  for (unsigned n = 0; n < 3 * batch::max_operations; ++n) t.take(2 + n);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].operations().size(), batch::max_operations);
}

TEST(batcher, sends_no_more_than_a_batch_holds) {
  talk t;
  for (unsigned n = 0; n < 200; ++n) t.take(n);
  const auto sent = t.send();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].operations().size(), batch::max_operations);
  EXPECT_EQ(t.counters.queued_takes.get(), 200 - 2 * batch::max_operations);
}

TEST(batcher, refuses_takes_beyond_its_queue) {
  talk t;
  for (unsigned n = 0; n < max_queued_takes; ++n) t.take(n);
  const auto refused = t.b.enqueue_take(one(1), t.now + patience, t.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), store_error::overloaded);
  EXPECT_EQ(t.store_errors(store_error::overloaded), 1U);
}

TEST(batcher, drops_the_oldest_settle_beyond_its_queue) {
  talk t;
  t.b.on_closed(store_error::disconnected, t.now);
  for (unsigned n = 0; n < max_queued_settles + 3; ++n) t.settle(n);
  EXPECT_EQ(t.b.queued_settles(), max_queued_settles);
  EXPECT_EQ(t.counters.dropped_settles.get(), 3U);
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
  const auto first = t.send();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_FALSE(first[0].operations().back().is_take);
  packed_reply r = t.reply();
  for (unsigned n = 0; n < batch::max_operations - 1; ++n) r.rejected(1);
  EXPECT_TRUE(t.hear(r.settled()));
  EXPECT_EQ(t.send().at(0).operations().at(0).window, window_of(1));
}

TEST(batcher, lets_settles_wait_for_company_under_load_but_not_for_long) {
  talk t;
  t.be_busy();
  t.settle(1);
  EXPECT_EQ(t.send().size(), 0U);
  t.now += settle_patience;
  ASSERT_EQ(t.send().size(), 1U);
  EXPECT_EQ(t.counters.queued_settles.get(), 0U);
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

TEST(batcher, leaves_room_for_takes_where_few_windows_fill_a_batch) {
  talk t{3600};
  t.be_busy();
  for (unsigned n = 0; n < 100; ++n) t.settle(n);
  t.now += settle_patience;
  t.take(1'000);
  const auto operations = t.send().at(0).operations();
  EXPECT_TRUE(std::any_of(operations.begin(), operations.end(), [](const auto& o) { return o.is_take; }));
}

// Each take brings a settle. If takes went in greater numbers than settles, the queue of settles would
// overflow.
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
  EXPECT_EQ(operations[0].asked, (limit::amounts{2, 20, 200}));
  EXPECT_EQ(operations[0].used, (limit::amounts{2, 20, 100}));
}

TEST(batcher, does_not_send_a_settle_that_changes_nothing) {
  talk t;
  t.b.enqueue_settle(receipt_of(1), {1, 10, 100}, t.now);
  EXPECT_EQ(t.send().size(), 0U);
}

TEST(batcher, settles_every_window_of_a_take_under_the_tag_of_its_root) {
  talk t;
  limit::receipt r = receipt_of(0xab);
  r.part_count = 2;
  r.places[1] = {id_of(0xcd), 100, 9};
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
  EXPECT_EQ(t.counters.expired_settles.get(), 1U);
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

}  // namespace
}  // namespace weir::store
