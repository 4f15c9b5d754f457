#include "base/fair_mutex.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace weir {
namespace {

awaitable<bool> ready(bool locked) { co_return locked; }

}  // namespace

awaitable<bool> fair_mutex::lock() {
  if (closed_) return ready(false);
  if (!std::exchange(locked_, true)) return ready(true);
  const auto wait = [this](waiter one) { waiting_.push_back(std::move(one)); };
  return asio::async_initiate<const asio::use_awaitable_t<executor>, void(bool)>(wait, use_awaitable);
}

void fair_mutex::unlock(const executor& loop) {
  asio::post(loop, [this] { pass_on(); });
}

// Runs as a handler of its own, so that the loop resumes the next waiter and not the coroutine that unlocks.
void fair_mutex::pass_on() {
  if (waiting_.empty()) {
    locked_ = false;
    return;
  }
  waiter next = std::move(waiting_.front());
  waiting_.pop_front();
  std::move(next)(true);
}

void fair_mutex::close() {
  closed_ = true;
  for (waiter& one : std::exchange(waiting_, {})) {
    const executor loop = one.get_executor();
    asio::post(loop, [failed = std::move(one)]() mutable { std::move(failed)(false); });
  }
}

}  // namespace weir
