#include "gate/turn_line.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace weir {
namespace {

awaitable<bool> at_once(bool has_turn) { co_return has_turn; }

}  // namespace

awaitable<bool> turn_line::enter() {
  if (closed_) return at_once(false);
  if (!std::exchange(taken_, true)) return at_once(true);
  const auto wait = [this](waiter who) { waiting_.push_back(std::move(who)); };
  return asio::async_initiate<const asio::use_awaitable_t<executor>, void(bool)>(wait, use_awaitable);
}

void turn_line::leave(const executor& loop) {
  asio::post(loop, [this] { hand_over(); });
}

// A handler of its own: the next is resumed by the loop, on nobody's stack.
void turn_line::hand_over() {
  if (waiting_.empty()) {
    taken_ = false;
    return;
  }
  waiter next = std::move(waiting_.front());
  waiting_.pop_front();
  std::move(next)(true);
}

void turn_line::close() {
  closed_ = true;
  for (waiter& who : std::exchange(waiting_, {})) {
    const executor loop = who.get_executor();
    asio::post(loop, [left = std::move(who)]() mutable { std::move(left)(false); });
  }
}

}  // namespace weir
