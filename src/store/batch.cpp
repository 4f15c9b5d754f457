#include "store/batch.hpp"

#include <bit>
#include <cstring>
#include <functional>

#include "base/text.hpp"
#include "limit/window.hpp"
#include "redis/codec.hpp"

namespace weir::store {
namespace {

static_assert(std::endian::native == std::endian::little, "packed words are little endian");

constexpr std::uint32_t layout_version = 1;
constexpr std::size_t table_size =
    512;  // a power of two, twice the windows that 64 takes of 4 parts can name

enum take_code : std::uint32_t { admitted = 0, rejected = 1, never = 2, expired = 3, bad = 4 };

std::size_t digits_of(std::uint32_t n) { return n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : 4; }

}  // namespace

void append_window_name(std::string& out, std::uint32_t window_seconds, const window_ref& ref) {
  out += "weir:1:";
  append_number(out, window_seconds);
  out += ":{";
  out.append(ref.tag.data(), ref.tag.size());
  out += "}:";
  out += ref.id.text();
}

batch::batch(std::uint32_t window_seconds) : window_seconds_(window_seconds), table_(table_size) {
  refs_.reserve(max_operations);
  words_.reserve(10 * max_operations);
}

// The slot of the table that holds `ref`, or the free slot for it.
std::uint16_t& batch::slot_of(const window_ref& ref) {
  std::size_t at = std::hash<scope_id>{}(ref.id) % table_size;
  while (table_[at] != 0 && refs_[table_[at] - 1U] != ref) at = (at + 1) % table_size;
  return table_[at];
}

std::uint32_t batch::index_of(const window_ref& ref) {
  std::uint16_t& slot = slot_of(ref);
  if (slot == 0) {
    refs_.push_back(ref);
    slot = static_cast<std::uint16_t>(refs_.size());
  }
  return slot;
}

bool batch::has_room(std::size_t more_windows) const {
  if (empty()) return true;
  return operations_ < max_operations &&
         (refs_.size() + more_windows) * limit::window_bytes(window_seconds_) <= max_window_bytes;
}

bool batch::half_full() const {
  return refs_.size() * limit::window_bytes(window_seconds_) * 2 >= max_window_bytes;
}

bool batch::add_take(const limit::plan& p) {
  std::size_t more = 0;
  for (const limit::part& one : p.all_parts())
    more += slot_of(make_window_ref(p.root, one.id)) == 0 ? 1U : 0U;
  if (!has_room(more)) return false;
  ++operations_;
  words_.push_back(p.part_count);
  for (const limit::metric m : limit::all_metrics) words_.push_back(p.asked[m]);
  for (const limit::part& one : p.all_parts()) {
    words_.push_back(index_of(make_window_ref(p.root, one.id)));
    for (const limit::metric m : limit::all_metrics) words_.push_back(one.most[m]);
  }
  return true;
}

bool batch::add_settle(const settlement& s) {
  if (!has_room(slot_of(s.window) == 0 ? 1 : 0)) return false;
  ++operations_;
  words_.push_back(0);
  words_.push_back(index_of(s.window));
  words_.push_back(s.second);
  words_.push_back(s.epoch);
  for (const limit::metric m : limit::all_metrics) words_.push_back(s.reserved[m]);
  for (const limit::metric m : limit::all_metrics) words_.push_back(s.used[m]);
  return true;
}

void batch::clear() {
  operations_ = 0;
  refs_.clear();
  words_.clear();
  std::fill(table_.begin(), table_.end(), std::uint16_t{0});
}

void batch::write(std::string& out, std::string_view sha1_hex, store_time not_after) const {
  redis::append_word_count(out, 4 + refs_.size());
  redis::append_word(out, "EVALSHA");
  redis::append_word(out, sha1_hex);
  redis::append_word(out, std::to_string(refs_.size()));
  const std::size_t name_size = 7 + digits_of(window_seconds_) + 6 + 32;  // "weir:1:" W ":{NN}:" id
  for (const auto& ref : refs_) {
    redis::append_word_size(out, name_size);
    append_window_name(out, window_seconds_, ref);
    out += "\r\n";
  }
  const std::uint32_t head[] = {window_seconds_, not_after.second(),
                                static_cast<std::uint32_t>(not_after.us % 1'000'000),
                                static_cast<std::uint32_t>(operations_)};
  redis::append_word_size(out, sizeof head + words_.size() * 4);
  out.append(reinterpret_cast<const char*>(head), sizeof head);
  out.append(reinterpret_cast<const char*>(words_.data()), words_.size() * 4);
  out += "\r\n";
}

batch_reply::batch_reply(std::string_view bytes)
    : bytes_(bytes), valid_(bytes.size() >= 12 && bytes.size() % 4 == 0) {
  if (word() != layout_version) valid_ = false;
  const std::int64_t seconds = word();
  now_.us = seconds * 1'000'000 + word();
}

std::uint32_t batch_reply::word() {
  std::uint32_t value = 0;
  if (at_ + 4 > bytes_.size()) {
    valid_ = false;
    return 0;
  }
  std::memcpy(&value, bytes_.data() + at_, 4);
  at_ += 4;
  return value;
}

take_status batch_reply::next_take(std::size_t part_count, limit::decision& out) {
  const std::uint32_t code = word();
  if (code == expired) return take_status::expired;
  if (code >= bad || !valid_) return take_status::bad_window;
  out.outcome = code == admitted   ? limit::outcome::admitted
                : code == rejected ? limit::outcome::rejected
                                   : limit::outcome::exceeds_limit;
  out.part_count = static_cast<std::uint8_t>(part_count);
  out.now = now_;
  if (code != admitted) {
    const std::uint32_t where = word();
    out.part_index = static_cast<std::uint8_t>(where / 4 % limit::max_parts);
    out.which = limit::all_metrics[where % 4 % limit::metric_count];
    out.retry_after = microseconds(word());
  }
  for (std::size_t i = 0; i < part_count; ++i) {
    for (const limit::metric m : limit::all_metrics) out.windows[i].used[m] = word();
    out.windows[i].second = word();
    out.windows[i].epoch = word();
  }
  return valid_ ? take_status::judged : take_status::bad_window;
}

bool batch_reply::next_settle() { return word() == 1 && valid_; }

}  // namespace weir::store
