#include "store/batcher.hpp"

#include <algorithm>
#include <cassert>

#include "redis/error_reply.hpp"

namespace weir {

using place = take_pool::place;

batcher::batcher(std::uint32_t window_seconds, store_cells& cells)
    : window_seconds_(window_seconds), cells_(cells), batch_(window_seconds) {}

void batcher::on_ready(std::string_view script_sha, store_time server, steady_time now) {
  script_sha_ = script_sha;
  clock_.begin(server, now);
  ready_ = true;
}

void batcher::on_closed(outage why, steady_time now) {
  ready_ = false;
  down_because_ = why;
  while (flight_count_ > 0) {
    lose(0, outage::disconnected, now);
    drop_oldest();
  }
  while (takes_.queued() > 0) {
    finish(takes_.front(), why, now);
    takes_.unlink(takes_.front(), place::free);
  }
  script_missing_ = false;
  retry_settles_at_ = now;
  show_queues();
}

result<take_id, outage> batcher::enqueue_take(const charge& asked, steady_time deadline, steady_time now) {
  const outage refusal = !ready_ ? down_because_ : deadline <= now ? outage::deadline : outage::overloaded;
  if (!ready_ || deadline <= now || takes_.queued() >= max_queued_takes) {
    cells_.outages[static_cast<std::size_t>(refusal)].add();
    return refusal;
  }
  const take_id id = takes_.add(asked, std::min(deadline, now + longest_wait), now);
  cells_.queued.set(takes_.queued());
  return id;
}

bool batcher::abandon(take_id id) {
  auto* e = takes_.find(id);
  if (e == nullptr || e->where == place::abandoned) return false;
  if (e->where == place::queued)
    takes_.unlink(id.slot, place::free);
  else
    e->where = place::abandoned;
  show_queues();
  return true;
}

void batcher::enqueue_settle(const receipt& taken, const amounts& used, steady_time now) {
  if (used == taken.reserved) return;
  for (std::size_t i = 0; i < taken.scope_count; ++i) {
    const auto& part = taken.parts[i];
    add_waiting({make_window_ref(taken.parts[0].id, part.id), part.second, part.epoch, taken.reserved, used},
                now);
  }
  show_queues();
}

void batcher::add_waiting(const settlement& s, steady_time now) {
  if (!settles_.add(s, now)) cells_.lost_settles.add();
}

void batcher::show_queues() {
  cells_.queued.set(takes_.queued());
  cells_.queued_settles.set(settles_.size());
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
    cells_.batch_size.record(batch_.operations());
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
      return;  // of long windows few fit: some room for takes
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
    takes_.unlink(slot, place::in_flight);
  }
}

void batcher::fill_settles(flight& to) {
  while (!settles_.empty() && add_settle(*settles_.front(), to)) settles_.pop_front();
}

bool batcher::add_settles_of(const charge& asked, flight& to) {
  for (std::size_t i = 0; i < asked.scope_count; ++i) {
    const window_ref window = make_window_ref(asked.scopes[0].id, asked.scopes[i].id);
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
  if (flight_count_ == 0) return error{"Redis sent a reply that nobody asked for"};
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
  verdict v;
  for (std::size_t i = 0; i < f.operations.size(); ++i) {
    const std::uint32_t slot = f.operations[i];
    const bool is_take = slot != settle_mark;
    const take_status status =
        is_take ? reply.next_take(takes_[slot].asked.scope_count, v) : take_status::judged;
    const bool settled = is_take || reply.next_settle();
    if (!reply.valid()) {
      send_again();
      lose(i, outage::refused, now);
      return error{"Redis answered a batch with something else"};
    }
    if (is_take && status == take_status::expired && takes_[slot].where == place::in_flight &&
        takes_[slot].deadline > now)
      again_.push_back(slot);
    else if (is_take)
      read_take(status, v, slot, now);
    if (!settled) cells_.late_settles.add();
  }
  send_again();
  trouble_.clear();
  return {};
}

// Not run, though in time: our notion of Redis' clock was wrong, and the reply has just mended it.
void batcher::send_again() {
  for (auto it = again_.rbegin(); it != again_.rend(); ++it) takes_.requeue(*it);
  again_.clear();
}

void batcher::read_take(take_status status, const verdict& v, std::uint32_t slot, steady_time now) {
  const auto& e = takes_[slot];
  const bool charged = status == take_status::judged && v.admitted();
  if (e.where == place::in_flight) {
    if (status == take_status::judged)
      finish(slot, v, now);
    else
      finish(slot, status == take_status::expired ? outage::deadline : outage::bad_window, now);
    if (status == take_status::bad_window) note_bad_window(e.asked);
  } else if (charged) {
    cells_.returned_charges.add();
    give_back(e.asked, v, now);
  }
  takes_.release(slot);
}

// Which of its windows it is, the reply does not say: the first names the key.
void batcher::note_bad_window(const charge& asked) {
  bad_window_.clear();
  append_window_name(bad_window_, window_seconds_, make_window_ref(asked.scopes[0].id, asked.scopes[0].id));
}

void batcher::give_back(const charge& asked, const verdict& v, steady_time now) {
  enqueue_settle(make_receipt(asked, v), amounts{}, now);
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
      return error{"Redis answers " + trouble_};
    case redis::error_meaning::unknown: break;
  }
  lose(0, outage::refused, now);
  return {};
}

// Nothing ran: those for whom somebody waits, and in time, go first in the next batch.
void batcher::requeue_takes(steady_time now) {
  const auto& operations = oldest().operations;
  for (auto it = operations.rbegin(); it != operations.rend(); ++it) {
    if (*it == settle_mark) continue;
    auto& e = takes_[*it];
    if (e.where == place::in_flight && e.deadline > now) {
      takes_.requeue(*it);
      continue;
    }
    if (e.where == place::in_flight) finish(*it, outage::deadline, now);
    takes_.release(*it);
  }
}

void batcher::refuse_takes(steady_time now) {
  for (const std::uint32_t slot : oldest().operations) {
    if (slot == settle_mark) continue;
    if (takes_[slot].where == place::in_flight) finish(slot, outage::refused, now);
    takes_.release(slot);
  }
}

void batcher::requeue_settles(steady_time now) {
  for (const settlement& s : oldest().settles) add_waiting(s, now);
}

// From this operation of the oldest flight on nobody knows what ran: nothing is sent again, charges stay
// until they run out.
void batcher::lose(std::size_t first_operation, outage why, steady_time now) {
  const auto& operations = oldest().operations;
  for (std::size_t i = first_operation; i < operations.size(); ++i) {
    const std::uint32_t slot = operations[i];
    if (slot == settle_mark) {
      cells_.lost_settles.add();
      continue;
    }
    cells_.unanswered_charges.add();
    if (takes_[slot].where == place::in_flight) finish(slot, why, now);
    takes_.release(slot);
  }
}

void batcher::finish(std::uint32_t slot, const result<verdict, outage>& answer, steady_time now) {
  const auto& e = takes_[slot];
  finished_.push_back({{slot, e.generation}, answer});
  if (!answer) cells_.outages[static_cast<std::size_t>(answer.error())].add();
  const auto waited = std::chrono::duration_cast<microseconds>(now - e.since).count();
  cells_.take_latency_us.record(static_cast<std::uint64_t>(std::max<std::int64_t>(waited, 0)));
}

// ---- time ----

result<void> batcher::on_tick(steady_time now) {
  expire_queued(now);
  expire_in_flight(now);
  show_queues();
  if (flight_count_ > 0 && now >= oldest().deadline + reply_grace) return error{"Redis does not answer"};
  return {};
}

void batcher::expire_queued(steady_time now) {
  while (takes_.queued() > 0 && takes_[takes_.front()].deadline <= now) {
    finish(takes_.front(), outage::deadline, now);
    takes_.unlink(takes_.front(), place::free);
  }
}

void batcher::expire_in_flight(steady_time now) {
  for (std::size_t k = 0; k < flight_count_; ++k) {
    for (const std::uint32_t slot : flights_[(first_flight_ + k) % flights_.size()].operations) {
      if (slot == settle_mark) continue;
      auto& e = takes_[slot];
      if (e.where != place::in_flight || e.deadline > now) continue;
      finish(slot, outage::deadline, now);
      e.where = place::abandoned;
    }
  }
}

}  // namespace weir
