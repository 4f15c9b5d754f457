// Compares window.lua on a real Redis, with its time as an argument, with the C++ window: equal replies and
// equal bytes.
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "limit/testing/window_model_fixture.hpp"
#include "store/batch.hpp"
#include "support/redis_process.hpp"

namespace weir::store {
namespace {

struct free_reply {
  void operator()(redisReply* r) const { freeReplyObject(r); }
};
using reply_ptr = std::unique_ptr<redisReply, free_reply>;

// A blocking connection with the script whose time is an argument.
class lua {
 public:
  lua() : context_(redisConnectUnix(server().socket().c_str())) {
    const std::string_view script = window_script_with_time_argument();
    auto loaded = command({"SCRIPT", "LOAD", script});
    if (loaded->type != REDIS_REPLY_STRING) throw std::runtime_error(loaded->str);
    sha_ = loaded->str;
    command({"FLUSHALL"});
  }
  ~lua() { redisFree(context_); }

  reply_ptr command(std::vector<std::string_view> words) {
    std::vector<const char*> argv;
    std::vector<std::size_t> sizes;
    for (const auto w : words) {
      argv.push_back(w.data());
      sizes.push_back(w.size());
    }
    return reply_ptr(static_cast<redisReply*>(
        redisCommandArgv(context_, static_cast<int>(argv.size()), argv.data(), sizes.data())));
  }

  // Runs the batch at `now`: the bytes of batch::write() with the time appended to the arguments.
  reply_ptr run(const batch& b, store_time now, store_time not_after = {4'000'000'000'000'000}) {
    std::string bytes;
    b.write(bytes, sha_, not_after);
    const std::string seconds = std::to_string(now.us / 1'000'000), rest = std::to_string(now.us % 1'000'000);
    const auto line_end = bytes.find("\r\n");
    const int words = std::stoi(bytes.substr(1, line_end - 1)) + 2;
    bytes = "*" + std::to_string(words) + bytes.substr(line_end);
    for (const auto& word : {seconds, rest})
      bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    redisAppendFormattedCommand(context_, bytes.data(), bytes.size());
    void* reply = nullptr;
    if (redisGetReply(context_, &reply) != REDIS_OK) throw std::runtime_error(context_->errstr);
    return reply_ptr(static_cast<redisReply*>(reply));
  }

  static test::redis_process& server() {
    static test::redis_process process;
    return process;
  }

 private:
  redisContext* context_;
  std::string sha_;
};

std::string_view text(const reply_ptr& r) { return {r->str, r->len}; }

scope_id id_of(std::size_t n) {
  scope_id id;
  id.hex.fill(static_cast<char>('a' + n));
  return id;
}

window_ref ref_of(std::size_t root, std::size_t n) { return make_window_ref(id_of(root), id_of(n)); }

std::string name_of(std::uint32_t seconds, std::size_t n) {
  std::string name;
  append_window_name(name, seconds, ref_of(0, n));
  return name;
}

constexpr std::int64_t start_us = 1'800'000'000'123'456;

limit::plan one(limit::amounts asked, limit::limits most, std::size_t n = 0) {
  limit::plan p{.root = id_of(0), .asked = asked, .part_count = 1, .parts = {}};
  p.parts[0] = {id_of(n), limit::window_shape{}, most};
  return p;
}

TEST(window_script, names_windows_by_version_length_tag_and_id) {
  EXPECT_EQ(name_of(60, 0), "weir:1:60:{aa}:" + std::string(32, 'a'));
}

TEST(window_script, runs_no_take_past_not_after_but_settles) {
  lua redis;
  batch b(10);
  b.add_take(one({1, 0, 9}, {}));
  const auto first = redis.run(b, {start_us});
  batch_reply read(text(first));
  limit::decision v;
  ASSERT_EQ(read.next_take(1, v), take_status::judged);
  b.add_settle({ref_of(0, 0), v.windows[0].second, v.windows[0].epoch, {1, 0, 9}, {1, 0, 2}});
  const auto second = redis.run(b, {start_us + 1}, {start_us});
  batch_reply late(text(second));
  EXPECT_EQ(late.next_take(1, v), take_status::expired);
  EXPECT_TRUE(late.next_settle());
}

TEST(window_script, leaves_windows_of_wrong_type_or_length_alone_beside_good_ones) {
  lua redis;
  const std::string list = name_of(10, 1), cut = name_of(10, 2), empty = name_of(10, 3);
  redis.command({"RPUSH", list, "x"});
  redis.command({"SET", cut, std::string(100, '\0')});
  redis.command({"SET", empty, ""});
  batch b(10);
  for (std::size_t n = 0; n < 4; ++n) {
    limit::plan c = one({1, 0, 0}, {});  // its tag is that of id 0, as in name_of()
    c.part_count = n == 0 ? 1 : 2;
    c.parts[1].id = id_of(n);
    b.add_take(c);
  }
  const auto reply = redis.run(b, {start_us});
  batch_reply read(text(reply));
  limit::decision v;
  EXPECT_EQ(read.next_take(1, v), take_status::judged);
  for (int n = 1; n < 4; ++n) EXPECT_EQ(read.next_take(2, v), take_status::bad_window);
  EXPECT_EQ(v.windows[0].used.requests, 1U);  // only the good one was charged
  EXPECT_EQ(redis.command({"LLEN", list})->integer, 1);
  EXPECT_EQ(text(redis.command({"GET", cut})), std::string(100, '\0'));
  EXPECT_EQ(redis.command({"STRLEN", empty})->integer, 0);
}

TEST(window_script, every_window_has_a_time_to_live) {
  lua redis;
  batch b(10);
  b.add_take(one({1, 0, 0}, {}));
  for (const std::int64_t second : {0, 0, 1, 5, 40}) {
    redis.run(b, {start_us + second * 1'000'000});
    EXPECT_EQ(redis.command({"TTL", name_of(10, 0)})->integer, 22);
  }
}

TEST(window_script, a_rejected_take_leaves_the_dump_unchanged) {
  lua redis;
  batch b(10);
  b.add_take(one({1, 5, 5}, {}));
  redis.run(b, {start_us});
  const std::string before(text(redis.command({"DUMP", name_of(10, 0)})));
  b.clear();
  b.add_take(one({1, 5, 5}, {.input_tokens = 9}));
  redis.run(b, {start_us + 4'000'000});
  EXPECT_EQ(text(redis.command({"DUMP", name_of(10, 0)})), before);
}

// --- random histories: batches of operations over three windows, with takes over one or several of them

struct operation {
  limit::step step;
  std::size_t scopes = 1;  // windows 0 .. scopes-1, rotated by step.which for single ones
  bool new_batch = false;
};

std::ostream& operator<<(std::ostream& out, const operation& o) {
  return out << (o.new_batch ? "| " : "") << o.step << " x" << o.scopes;
}

rc::Gen<std::vector<operation>> any_operations(std::int64_t seconds) {
  return rc::gen::container<std::vector<operation>>(rc::gen::apply(
      [](limit::step s, std::size_t scopes, int cut) { return operation{std::move(s), scopes, cut == 0}; },
      limit::any_step(seconds), rc::gen::element<std::size_t>(1, 1, 1, 2, 3), rc::gen::inRange(0, 3)));
}

class twins {
 public:
  explicit twins(std::uint32_t seconds)
      : seconds_(seconds), batch_(seconds), reference_(3, limit::window(seconds)) {}

  void play(const std::vector<operation>& operations) {
    for (const auto& o : operations) {
      if (o.new_batch) {
        flush();
        now_.us += o.step.gap_us;
      }
      o.step.is_settle ? settle(o.step) : take(o);
    }
    flush();
  }

 private:
  struct taken {
    limit::receipt r;
    limit::decision v;
  };

  void take(const operation& o) {
    limit::plan c{.root = id_of(0),
                  .asked = o.step.asked,
                  .part_count = static_cast<std::uint8_t>(o.scopes),
                  .parts = {}};
    for (std::size_t i = 0; i < o.scopes; ++i) c.parts[i] = {id_of(i), limit::window_shape{}, o.step.limits};
    if (!batch_.add_take(c)) {
      flush();
      batch_.add_take(c);
    }
    std::vector<limit::window*> windows;
    for (std::size_t i = 0; i < o.scopes; ++i) windows.push_back(&reference_[i]);
    const limit::decision v = limit::take(windows, c, now_);
    expected_.emplace_back(v);
    if (v.admitted()) receipts_.push_back(limit::make_receipt(c, v));
  }

  void settle(const limit::step& s) {
    if (receipts_.empty()) return;
    const limit::receipt& r = receipts_[s.which % receipts_.size()];
    for (std::size_t i = 0; i < r.part_count; ++i) {
      const settlement one{ref_of(0, i), r.places[i].second, r.places[i].epoch, r.reserved, s.asked};
      if (!batch_.add_settle(one)) {
        flush();
        batch_.add_settle(one);
      }
      expected_.emplace_back(reference_[i].settle(one.second, one.epoch, r.reserved, s.asked, now_));
    }
  }

  void flush() {
    if (batch_.empty()) return;
    const auto reply = redis_.run(batch_, now_);
    batch_.clear();
    if (reply->type != REDIS_REPLY_STRING) throw std::runtime_error(reply->str);
    batch_reply read(text(reply));
    RC_ASSERT(read.now() == now_);
    for (const auto& e : expected_) {
      if (const bool* applied = std::get_if<bool>(&e)) {
        RC_ASSERT(read.next_settle() == *applied);
      } else {
        same(read, std::get<limit::decision>(e));
      }
    }
    expected_.clear();
    for (std::size_t i = 0; i < reference_.size(); ++i) same_bytes(i);
  }

  static void same(batch_reply& read, const limit::decision& want) {
    limit::decision got;
    RC_ASSERT(read.next_take(want.part_count, got) == take_status::judged);
    RC_ASSERT(got.outcome == want.outcome);
    RC_ASSERT(got.retry_after.count() == want.retry_after.count());
    if (!want.admitted()) RC_ASSERT(got.which == want.which && got.part_index == want.part_index);
    for (std::size_t i = 0; i < want.part_count; ++i) {
      RC_ASSERT(got.windows[i].used == want.windows[i].used);
      RC_ASSERT(got.windows[i].second == want.windows[i].second);
      if (want.admitted()) RC_ASSERT(got.windows[i].epoch == want.windows[i].epoch);
    }
  }

  void same_bytes(std::size_t i) {
    const auto stored = redis_.command({"GET", name_of(seconds_, i)});
    const auto words = reference_[i].words();
    RC_ASSERT((stored->type == REDIS_REPLY_NIL) == words.empty());
    if (words.empty()) return;
    RC_ASSERT(text(stored) ==
              std::string_view(reinterpret_cast<const char*>(words.data()), words.size_bytes()));
  }

  std::uint32_t seconds_;
  lua redis_;
  batch batch_;
  std::vector<limit::window> reference_;
  std::vector<std::variant<limit::decision, bool>> expected_;
  std::vector<limit::receipt> receipts_;
  store_time now_{start_us};
};

RC_GTEST_PROP(window_script_property, equals_the_cpp_window_w_1, ()) { twins(1).play(*any_operations(1)); }
RC_GTEST_PROP(window_script_property, equals_the_cpp_window_w_5, ()) { twins(5).play(*any_operations(5)); }
RC_GTEST_PROP(window_script_property, equals_the_cpp_window_w_60, ()) { twins(60).play(*any_operations(60)); }
RC_GTEST_PROP(window_script_property, equals_the_cpp_window_w_300, ()) {
  twins(300).play(*any_operations(300));
}

}  // namespace
}  // namespace weir::store
