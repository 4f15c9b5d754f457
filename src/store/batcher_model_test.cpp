// The batcher over random histories, with windows in memory instead of Redis: the windows hold exactly what
// was used.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

#include "limit/testing/plan_fixture.hpp"
#include "store/batcher.hpp"
#include "store/memory_store.hpp"
#include "store/testing/fake_redis.hpp"

namespace weir::store {
namespace {

using namespace std::chrono_literals;

const std::string sha(40, 'a');
constexpr store_time redis_start{1'700'000'000'000'000};
constexpr unsigned key_count = 8;

scope_id id_of(unsigned n) {
  scope_id id;
  id.hex.fill("0123456789abcdef"[n]);
  return id;
}

// Runs batches as window.lua does, on windows of the embedded store.
class model_redis {
 public:
  std::string run(const sent_command& command, store_time now) {
    if (command.words[1] == "LOAD") {
      loaded = true;
      return "$40\r\n" + sha + "\r\n";
    }
    if (!loaded) return "-NOSCRIPT No matching script. Please use EVAL.\r\n";
    packed_reply reply(now);
    for (const auto& op : command.operations()) {
      const scope_id id = id_of_name(op.window);
      if (!op.is_take) {
        limit::receipt r{.root = id, .reserved = op.asked, .part_count = 1, .places = {}};
        r.places[0] = {id, op.second, op.epoch};
        reply.settled(windows.settle(r, op.used, now));
      } else if (now > command.not_after()) {
        reply.expired();
      } else {
        const limit::window_state after = windows.take(take_of(id, op.asked), now).windows[0];
        reply.admitted(after.used, after.second, after.epoch);
      }
    }
    return reply.resp();
  }
  limit::amounts used(unsigned key, store_time now) {
    return windows.take(take_of(id_of(key), {}), now).windows[0].used;
  }

  static limit::plan take_of(const scope_id& id, const limit::amounts& asked) {
    return limit::plan_of({id}, asked);
  }
  memory_windows windows{3600};
  bool loaded = true;

 private:
  static scope_id id_of_name(const std::string& name) {
    scope_id id;
    std::copy(name.end() - 32, name.end(), id.hex.begin());
    return id;
  }
};

// A node, its Redis, and the connection between them, which delivers at random times.
class world {
 public:
  explicit world(unsigned seed) : random_(seed) { batches_.on_ready(sha, redis_start, now_); }

  void step() {
    now_ += microseconds(random_() % 20'000);
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2: take(); break;
      case 3: settle(); break;
      case 4: send(); break;
      case 5: hear(); break;
      case 6: batches_.on_tick(now_); break;
      case 7: abandon_or_flush(); break;
    }
    collect();
  }
  void finish() {
    while (!held_.empty()) settle();
    batches_.drain();
    for (now_ += settle_patience; !batches_.settled() || !waiting_.empty();) {
      send();
      hear();
      collect();
      while (!held_.empty()) settle();
    }
  }
  // Every window holds exactly what its admitted takes used.
  void check() {
    EXPECT_EQ(counters_.dropped_settles.get() + counters_.unanswered_takes.get(), 0U);
    for (unsigned key = 0; key < key_count; ++key)
      EXPECT_EQ(redis_.used(key, redis_now()), owed_[key]) << "key " << key;
  }

 private:
  store_time redis_now() const {
    return {redis_start.us + std::chrono::duration_cast<microseconds>(now_ - steady_time{}).count()};
  }
  void take() {
    const auto key = static_cast<unsigned>(random_() % key_count);
    const auto id = batches_.enqueue_take(model_redis::take_of(id_of(key), asked_), now_ + 40ms, now_);
    if (id) waiting_[id->slot] = {key, *id};
  }
  void settle() {
    if (held_.empty()) return;
    const auto [key, r] = held_.back();
    held_.pop_back();
    const limit::amounts used{1, 10, static_cast<std::uint32_t>(random_() % 101)};
    for (const limit::metric m : limit::all_metrics) owed_[key][m] += used[m];
    batches_.enqueue_settle(r, used, now_);
  }
  void send() {
    std::string out;
    batches_.next_bytes(out, now_);
    for (auto& command : commands_in(out)) wire_.push_back(std::move(command));
  }
  void hear() {
    if (wire_.empty()) return;
    reader_.feed(redis_.run(wire_.front(), redis_now()));
    wire_.erase(wire_.begin());
    const auto r = reader_.next();
    ASSERT_TRUE(batches_.on_reply((*r)->view(), now_));
  }
  void abandon_or_flush() {
    if (random_() % 4 == 0) redis_.loaded = false;
    if (waiting_.empty()) return;
    batches_.abandon(waiting_.begin()->second.id);
    waiting_.erase(waiting_.begin());
  }
  void collect() {
    for (auto& f : batches_.finished()) {
      const auto found = waiting_.find(f.id.slot);
      ASSERT_TRUE(found != waiting_.end() && found->second.id == f.id);
      if (f.answer)
        held_.emplace_back(
            found->second.key,
            limit::make_receipt(model_redis::take_of(id_of(found->second.key), asked_), *f.answer));
      waiting_.erase(found);
    }
    batches_.finished().clear();
  }

  struct question {
    unsigned key;
    take_id id;
  };
  static constexpr limit::amounts asked_{1, 10, 100};

  std::mt19937 random_;
  steady_time now_{};
  store_counters counters_;
  batcher batches_{3600, counters_};
  model_redis redis_;
  redis::reply_reader reader_;
  std::vector<sent_command> wire_;
  std::map<std::uint32_t, question> waiting_;
  std::vector<std::pair<unsigned, limit::receipt>> held_;
  std::map<unsigned, limit::amounts> owed_;
};

TEST(batcher_model, windows_hold_what_was_used_after_deadlines_cancellations_and_lost_scripts) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    world w(seed);
    for (int i = 0; i < 500; ++i) w.step();
    w.finish();
    w.check();
  }
}

}  // namespace
}  // namespace weir::store
