#include "store/batcher.hpp"

#include <algorithm>
#include <cassert>

#include "redis/error_reply.hpp"

namespace weir::store {

using state = take_pool::state;

batcher::batcher(std::uint32_t window_seconds, store_counters& counters)
    : window_seconds_(window_seconds), counters_(counters), batch_(window_seconds) {}

void batcher::on_ready(std::string_view script_sha, store_time server, steady_time now) {
  script_sha_ = script_sha;
  clock_.begin(server, now);
  ready_ = true;
}

void batcher::on_closed(store_error why, steady_time now) {
  ready_ = false;
  down_because_ = why;
  while (flight_count_ > 0) {
    lose(0, store_error::disconnected, now);
    drop_oldest();
  }
  while (takes_.queued() > 0) {
    finish(takes_.front(), why, now);
    takes_.unlink(takes_.front(), state::free);
  }
  script_missing_ = false;
  retry_settles_at_ = now;
  show_queues();
}

result<take_id, store_error> batcher::enqueue_take(const limit::plan& asked, steady_time deadline,
                                                   steady_time now) {
  std::optional<store_error> failed;
  if (!ready_)
    failed = down_because_;
  else if (!limit::has_only_shape(asked, limit::seconds_window(window_seconds_)))
    failed = store_error::unsupported_plan;
  else if (deadline <= now)
    failed = store_error::deadline;
  else if (takes_.queued() >= max_queued_takes)
    failed = store_error::overloaded;
  if (failed) {
    counters_.count_error(*failed);
    return *failed;
  }
  const take_id id = takes_.add(asked, std::min(deadline, now + longest_wait), now);
  counters_.queued_takes.set(takes_.queued());
  return id;
}

bool batcher::abandon(take_id id) {
  auto* e = takes_.find(id);
  if (e == nullptr || e->where == state::abandoned) return false;
  if (e->where == state::queued)
    takes_.unlink(id.slot, state::free);
  else
    e->where = state::abandoned;
  show_queues();
  return true;
}

void batcher::enqueue_settle(const limit::receipt& taken, const limit::amounts& used, steady_time now) {
  if (used == taken.reserved) return;
  for (std::size_t i = 0; i < taken.part_count; ++i) {
    const auto& place = taken.places[i];
    add_waiting({make_window_ref(taken.root, place.id), place.second, place.epoch, taken.reserved, used},
                now);
  }
  show_queues();
}

void batcher::add_waiting(const settlement& s, steady_time now) {
  if (!settles_.add(s, now)) counters_.dropped_settles.add();
}

void batcher::show_queues() {
  counters_.queued_takes.set(takes_.queued());
  counters_.queued_settles.set(settles_.size());
}

// ---- out ----

void batcher::next_bytes(std::string& out, steady_time now) {
  if (!ready_) return;
  expire_queued(now);
  if (script_missing_) send_script(out, now);
  while (batches_in_flight() < max_batches_in_flight && (takes_.queued() > 0 || !settles_.empty())) {
    flight& to = next_flight();
    begin_flight(now);
    fill(to, now);
    if (batch_.empty()) break;
    ++flight_count_;
    flights_with_takes_ += to.has_takes ? 1 : 0;
    last_batch_operations_ = batch_.operations();
    counters_.batch_operations.record(batch_.operations());
    const store_time not_after{clock_.at(now).us +
                               std::chrono::duration_cast<microseconds>(to.deadline - now).count()};
    batch_.write(out, script_sha_, not_after);
  }
  show_queues();
}

void batcher::begin_flight(steady_time now) {
  flight& f = next_flight();
  f.operations.clear();
  f.settles.clear();
  f.sent = now;
  f.deadline = now;
  f.is_script = false;
  f.has_takes = false;
}

void batcher::fill(flight& to, steady_time now) {
  batch_.clear();
  const bool settles_may_go = now >= retry_settles_at_;
  if (settles_may_go) fill_aged(to, now, max_aged_settles);
  if (takes_may_go()) fill_takes(to);
  if (settles_may_go) fill_aged(to, now, batch::max_operations);
  const bool light = takes_.queued() == 0 && batch_.operations() <= light_batch_operations &&
                     last_batch_operations_ <= light_batch_operations;
  if (settles_may_go && light && (!batch_.empty() || flight_count_ == 0)) fill_settles(to);
  if (to.deadline == to.sent) to.deadline = now + settle_reply_deadline;
}

void batcher::fill_aged(flight& to, steady_time now, std::size_t most) {
  while (!settles_.empty() && batch_.operations() < most) {
    if (most < batch::max_operations && batch_.half_full())
      return;  // few long windows fit, so this leaves room for takes
    if (!draining_ && settles_.front_since() + settle_patience > now) return;
    if (!add_settle(*settles_.front(), to)) return;
    settles_.pop_front();
  }
}

void batcher::fill_takes(flight& to) {
  while (takes_.queued() > 0) {
    const std::uint32_t slot = takes_.front();
    const auto& e = takes_[slot];
    if (!add_settles_of(e.asked, to) || !batch_.add_take(e.asked)) return;
    to.deadline = std::max(to.deadline, e.deadline);
    to.operations.push_back(slot);
    to.has_takes = true;
    takes_.unlink(slot, state::in_flight);
  }
}

void batcher::fill_settles(flight& to) {
  while (!settles_.empty() && add_settle(*settles_.front(), to)) settles_.pop_front();
}

bool batcher::add_settles_of(const limit::plan& asked, flight& to) {
  for (const limit::part& part : asked.all_parts()) {
    const window_ref window = make_window_ref(asked.root, part.id);
    while (const settlement* s = settles_.find(window)) {
      if (!add_settle(*s, to)) return false;
      settles_.pop(window);
    }
  }
  return true;
}

bool batcher::add_settle(const settlement& s, flight& to) {
  if (!batch_.add_settle(s)) return false;
  to.operations.push_back(settle_mark);
  to.settles.push_back(s);
  return true;
}

void batcher::send_script(std::string& out, steady_time now) {
  script_missing_ = false;
  begin_flight(now);
  flight& f = next_flight();
  f.is_script = true;
  f.deadline = now + settle_reply_deadline;
  ++flight_count_;
  script_under_way_ = true;
  redis::append_command(out, {"SCRIPT", "LOAD", window_script()});
}

// ---- in ----

result<void> batcher::on_reply(redis::reply_view r, steady_time now) {
  if (flight_count_ == 0) return error{"Redis sent an unexpected reply"};
  result<void> done{};
  if (oldest().is_script) {
    if (r.is_text() && r.text().size() == 40)
      script_sha_ = r.text();
    else
      done = error{"Redis does not load the script: " + std::string(r.text())};
  } else if (r.is_error()) {
    done = on_error(r.text(), now);
  } else {
    done = read_batch(r.text(), now);
  }
  drop_oldest();
  show_queues();
  return done;
}

void batcher::drop_oldest() {
  if (oldest().is_script) script_under_way_ = false;
  if (oldest().has_takes) --flights_with_takes_;
  first_flight_ = (first_flight_ + 1) % flights_.size();
  --flight_count_;
}

result<void> batcher::read_batch(std::string_view packed, steady_time now) {
  flight& f = oldest();
  batch_reply reply(packed);
  if (reply.valid()) clock_.seen(reply.now(), f.sent, now);
  limit::decision v;
  for (std::size_t i = 0; i < f.operations.size(); ++i) {
    const std::uint32_t slot = f.operations[i];
    const bool is_take = slot != settle_mark;
    const take_status status =
        is_take ? reply.next_take(takes_[slot].asked.part_count, v) : take_status::judged;
    const bool settled = is_take || reply.next_settle();
    if (!reply.valid()) {
      send_again();
      lose(i, store_error::error_reply, now);
      return error{"the reply of Redis to a batch is malformed"};
    }
    if (is_take && status == take_status::expired && takes_[slot].where == state::in_flight &&
        takes_[slot].deadline > now)
      again_.push_back(slot);
    else if (is_take)
      read_take(status, v, slot, now);
    if (!settled) counters_.expired_settles.add();
  }
  send_again();
  trouble_.clear();
  return {};
}

// These takes were not run although they were in time: the estimate of Redis' clock was wrong, and the reply
// has corrected it.
void batcher::send_again() {
  for (auto it = again_.rbegin(); it != again_.rend(); ++it) takes_.requeue(*it);
  again_.clear();
}

void batcher::read_take(take_status status, const limit::decision& v, std::uint32_t slot, steady_time now) {
  const auto& e = takes_[slot];
  const bool charged = status == take_status::judged && v.admitted();
  if (e.where == state::in_flight) {
    if (status == take_status::judged)
      finish(slot, v, now);
    else
      finish(slot, status == take_status::expired ? store_error::deadline : store_error::bad_window, now);
    if (status == take_status::bad_window) note_bad_window(e.asked);
  } else if (charged) {
    counters_.refunded_takes.add();
    give_back(e.asked, v, now);
  }
  takes_.release(slot);
}

// The reply does not say which window of the take it is; the first one names the key.
void batcher::note_bad_window(const limit::plan& asked) {
  bad_window_.clear();
  append_window_name(bad_window_, window_seconds_, make_window_ref(asked.root, asked.parts[0].id));
}

void batcher::give_back(const limit::plan& asked, const limit::decision& v, steady_time now) {
  enqueue_settle(limit::make_receipt(asked, v), limit::amounts{}, now);
}

result<void> batcher::on_error(std::string_view text, steady_time now) {
  trouble_ = text.substr(0, 200);
  switch (redis::classify_error(text)) {
    case redis::error_meaning::no_script:
      if (!script_under_way_) script_missing_ = true;
      requeue_takes(now);
      requeue_settles(now);
      return {};
    case redis::error_meaning::not_run:
      retry_settles_at_ = now + settle_patience;
      refuse_takes(now);
      requeue_settles(now);
      return {};
    case redis::error_meaning::moved_on:
      refuse_takes(now);
      requeue_settles(now);
      return error{"Redis replies " + trouble_};
    case redis::error_meaning::unknown: break;
  }
  lose(0, store_error::error_reply, now);
  return {};
}

// Nothing ran: takes that are still in time and have a waiter go first in the next batch.
void batcher::requeue_takes(steady_time now) {
  const auto& operations = oldest().operations;
  for (auto it = operations.rbegin(); it != operations.rend(); ++it) {
    if (*it == settle_mark) continue;
    auto& e = takes_[*it];
    if (e.where == state::in_flight && e.deadline > now) {
      takes_.requeue(*it);
      continue;
    }
    if (e.where == state::in_flight) finish(*it, store_error::deadline, now);
    takes_.release(*it);
  }
}

void batcher::refuse_takes(steady_time now) {
  for (const std::uint32_t slot : oldest().operations) {
    if (slot == settle_mark) continue;
    if (takes_[slot].where == state::in_flight) finish(slot, store_error::error_reply, now);
    takes_.release(slot);
  }
}

void batcher::requeue_settles(steady_time now) {
  for (const settlement& s : oldest().settles) add_waiting(s, now);
}

// It is unknown whether the operations from this one on ran. Nothing is sent again, and charges stay until
// they leave the window.
void batcher::lose(std::size_t first_operation, store_error why, steady_time now) {
  const auto& operations = oldest().operations;
  for (std::size_t i = first_operation; i < operations.size(); ++i) {
    const std::uint32_t slot = operations[i];
    if (slot == settle_mark) {
      counters_.dropped_settles.add();
      continue;
    }
    counters_.unanswered_takes.add();
    if (takes_[slot].where == state::in_flight) finish(slot, why, now);
    takes_.release(slot);
  }
}

void batcher::finish(std::uint32_t slot, const result<limit::decision, store_error>& answer,
                     steady_time now) {
  const auto& e = takes_[slot];
  finished_.push_back({{slot, e.generation}, answer});
  if (!answer) counters_.count_error(answer.error());
  const auto waited = std::chrono::duration_cast<microseconds>(now - e.since).count();
  counters_.take_latency_us.record(static_cast<std::uint64_t>(std::max<std::int64_t>(waited, 0)));
}

// ---- time ----

result<void> batcher::on_tick(steady_time now) {
  expire_queued(now);
  expire_in_flight(now);
  show_queues();
  if (flight_count_ > 0 && now >= oldest().deadline + reply_grace) return error{"Redis does not reply"};
  return {};
}

void batcher::expire_queued(steady_time now) {
  while (takes_.queued() > 0 && takes_[takes_.front()].deadline <= now) {
    finish(takes_.front(), store_error::deadline, now);
    takes_.unlink(takes_.front(), state::free);
  }
}

void batcher::expire_in_flight(steady_time now) {
  for (std::size_t k = 0; k < flight_count_; ++k) {
    for (const std::uint32_t slot : flights_[(first_flight_ + k) % flights_.size()].operations) {
      if (slot == settle_mark) continue;
      auto& e = takes_[slot];
      if (e.where != state::in_flight || e.deadline > now) continue;
      finish(slot, store_error::deadline, now);
      e.where = state::abandoned;
    }
  }
}

}  // namespace weir::store
