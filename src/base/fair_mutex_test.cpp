#include "base/fair_mutex.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <string>

namespace weir {
namespace {

class fair_mutex_test : public testing::Test {
 protected:
  // Locks the mutex `times` times, and appends its letter to log_ each time; '!' where the mutex is closed.
  awaitable<void> lock_often(char letter, int times) {
    const executor here = co_await asio::this_coro::executor;
    for (int i = 0; i < times; ++i) {
      if (!co_await mutex_.lock()) {
        log_ += '!';
        co_return;
      }
      const fair_mutex::guard mine(mutex_, here);
      log_ += letter;
    }
  }
  void start(char letter, int times) {
    asio::co_spawn(loop_, lock_often(letter, times),
                   [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  }

  asio::io_context loop_{1};
  fair_mutex mutex_;
  std::string log_;
};

TEST_F(fair_mutex_test, locks_in_the_order_of_arrival) {
  start('a', 3);
  start('b', 1);
  start('c', 2);
  loop_.run();
  EXPECT_EQ(log_, "aabcac");
}

TEST_F(fair_mutex_test, is_held_once_in_an_iteration_of_the_loop) {
  for (const char letter : {'a', 'b', 'c'}) start(letter, 3);
  std::function<void()> other = [&] {  // any other work of the loop: it runs once in each iteration
    log_ += '.';
    if (log_.size() < 20) asio::post(loop_, other);
  };
  asio::post(loop_, other);
  loop_.run();
  EXPECT_EQ(log_, "a.a.b.c.a.b.c.b.c...");
}

TEST_F(fair_mutex_test, is_free_again_once_the_queue_is_empty) {
  start('a', 1);
  loop_.run();
  loop_.restart();
  start('b', 1);
  loop_.run();
  EXPECT_EQ(log_, "ab");
}

TEST_F(fair_mutex_test, fails_all_waiters_when_it_closes) {
  start('a', 2);
  start('b', 1);
  asio::post(loop_, [&] { mutex_.close(); });
  start('c', 1);
  loop_.run();
  EXPECT_EQ(log_, "a!!!");
}

TEST_F(fair_mutex_test, may_be_destroyed_with_its_loop_while_coroutines_wait) {
  start('a', 9);
  start('b', 9);
  loop_.run_one();
  loop_.run_one();
  EXPECT_EQ(log_, "a");
}

}  // namespace
}  // namespace weir
