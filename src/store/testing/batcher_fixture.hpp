// A batcher that is ready to send, with its clock and its replies.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "limit/testing/plan_fixture.hpp"
#include "store/batcher.hpp"
#include "store/testing/fake_redis.hpp"

namespace weir::store {

using namespace std::chrono_literals;

inline const std::string sha(40, 'a');
inline constexpr steady_time start{1h};
inline constexpr store_time redis_start{1'700'000'000'000'000};
inline constexpr auto patience = 250ms;

inline scope_id id_of(unsigned n) {
  scope_id id;
  id.hex.fill('0');
  for (std::size_t i = 0; i < 8; ++i) id.hex[i] = "0123456789abcdef"[n >> (4 * i) & 15];
  return id;
}

inline limit::plan one(unsigned n, std::uint32_t window_seconds = 60) {
  return limit::plan_of({id_of(n)}, {1, 10, 100}, {}, window_seconds);
}

inline limit::receipt receipt_of(unsigned n, std::uint32_t second = 100) {
  limit::receipt r{.root = id_of(n), .reserved = {1, 10, 100}, .part_count = 1, .places = {}};
  r.places[0] = {id_of(n), second, 7};
  return r;
}

inline std::string window_of(unsigned n) {
  std::string name;
  append_window_name(name, 60, make_window_ref(id_of(n), id_of(n)));
  return name;
}

inline constexpr limit::amounts half{1, 10, 50};

struct talk {
  explicit talk(std::uint32_t window = 60) : window_seconds(window), b(window, counters) {
    b.on_ready(sha, redis_start, now);
  }

  take_id take(unsigned n) { return *b.enqueue_take(one(n, window_seconds), now + patience, now); }
  void settle(unsigned n, std::uint32_t second = 100) { b.enqueue_settle(receipt_of(n, second), half, now); }
  std::vector<sent_command> send() {
    std::string out;
    b.next_bytes(out, now);
    return commands_in(out);
  }
  result<void> hear(const std::string& resp) {
    reader.feed(resp);
    auto r = reader.next();
    return b.on_reply((*r)->view(), now);
  }
  result<void> hear(const packed_reply& r) { return hear(r.resp()); }
  store_time redis_now() const {
    return {redis_start.us + std::chrono::duration_cast<microseconds>(now - start).count()};
  }
  packed_reply reply() const { return packed_reply(redis_now()); }
  // Sends and answers a batch of this many takes, so that traffic counts as heavy.
  void be_busy(unsigned takes = 10) {
    for (unsigned n = 0; n < takes; ++n) take(90'000 + n);
    send();
    packed_reply r = reply();
    for (unsigned n = 0; n < takes; ++n) r.rejected(1);
    hear(r);
    b.finished().clear();
  }
  std::uint64_t store_errors(store_error o) const {
    return counters.errors[static_cast<std::size_t>(o)].get();
  }

  std::uint32_t window_seconds;
  steady_time now = start;
  store_counters counters;
  batcher b;
  redis::reply_reader reader;
};

}  // namespace weir::store
