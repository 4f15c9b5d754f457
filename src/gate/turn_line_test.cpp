#include "gate/turn_line.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <string>

namespace weir {
namespace {

class turn_line_test : public testing::Test {
 protected:
  // Takes `turns` turns, and writes its letter into said_ at each; '!' where the line is closed.
  awaitable<void> take_turns(char letter, int turns) {
    const executor here = co_await asio::this_coro::executor;
    for (int i = 0; i < turns; ++i) {
      if (!co_await line_.enter()) {
        said_ += '!';
        co_return;
      }
      const turn_line::turn mine(line_, here);
      said_ += letter;
    }
  }
  void begin(char letter, int turns) {
    asio::co_spawn(loop_, take_turns(letter, turns),
                   [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  }

  asio::io_context loop_{1};
  turn_line line_;
  std::string said_;
};

TEST_F(turn_line_test, gives_turns_in_order_of_arrival) {
  begin('a', 3);
  begin('b', 1);
  begin('c', 2);
  loop_.run();
  EXPECT_EQ(said_, "aabcac");
}

TEST_F(turn_line_test, gives_one_turn_in_a_round_of_the_loop) {
  for (const char letter : {'a', 'b', 'c'}) begin(letter, 3);
  std::function<void()> other = [&] {  // whatever else there is to do: it does it once a round
    said_ += '.';
    if (said_.size() < 20) asio::post(loop_, other);
  };
  asio::post(loop_, other);
  loop_.run();
  EXPECT_EQ(said_, "a.a.b.c.a.b.c.b.c...");
}

TEST_F(turn_line_test, is_free_again_when_nobody_waits) {
  begin('a', 1);
  loop_.run();
  loop_.restart();
  begin('b', 1);
  loop_.run();
  EXPECT_EQ(said_, "ab");
}

TEST_F(turn_line_test, sends_away_who_waits_when_it_closes) {
  begin('a', 2);
  begin('b', 1);
  asio::post(loop_, [&] { line_.close(); });
  begin('c', 1);
  loop_.run();
  EXPECT_EQ(said_, "a!!!");
}

TEST_F(turn_line_test, may_go_with_its_loop_while_some_wait) {
  begin('a', 9);
  begin('b', 9);
  loop_.run_one();
  loop_.run_one();
  EXPECT_EQ(said_, "a");
}

}  // namespace
}  // namespace weir
