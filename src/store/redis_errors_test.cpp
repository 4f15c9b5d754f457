// Provokes, on a real Redis, each error reply that redis/error_reply.hpp classifies as "nothing ran", and
// checks that nothing ran.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "limit/testing/plan_fixture.hpp"
#include "redis/error_reply.hpp"
#include "store/batch.hpp"
#include "store/testing/redis_admin_fixture.hpp"
#include "support/redis_process.hpp"

namespace weir::store {
namespace {

using redis::error_meaning;

scope_id id_of(char digit) {
  scope_id id;
  id.hex.fill(digit);
  return id;
}

// A take of one window, as a command.
std::string take_command(const std::string& sha) {
  const limit::plan c = limit::plan_of({id_of('a')}, {1, 1, 1});
  batch b(60);
  b.add_take(c);
  std::string out;
  b.write(out, sha, {4'000'000'000'000'000});
  return out;
}

struct errors : testing::Test {
  std::string take() {
    admin.append(take_command(sha));
    return admin.hear();
  }
  // The bytes of the window, which a charge changes.
  std::string window() {
    std::string name;
    append_window_name(name, 60, make_window_ref(id_of('a'), id_of('a')));
    return admin({"GET", name});
  }
  void expect(std::string_view code, error_meaning meaning) {
    const std::string before = window();
    const std::string text = take();
    EXPECT_EQ(text.substr(0, code.size()), code) << text;
    EXPECT_EQ(redis::classify_error(text), meaning) << text;
    EXPECT_TRUE(window() == before);
  }

  test::redis_process server{{"--enable-protected-configs", "yes"}};
  redis_admin admin{server.socket()};
  std::string sha = admin({"SCRIPT", "LOAD", window_script()});
};

TEST_F(errors, noscript) {
  take();
  admin({"SCRIPT", "FLUSH"});
  expect("NOSCRIPT", error_meaning::no_script);
}

TEST_F(errors, out_of_memory_refuses_before_the_first_write) {
  take();
  admin({"CONFIG", "SET", "maxmemory", "1"});
  expect("OOM", error_meaning::not_run);
}

TEST_F(errors, readonly_on_a_replica) {
  take();
  admin({"REPLICAOF", "127.0.0.1", "1"});
  expect("READONLY", error_meaning::moved_on);
}

TEST_F(errors, masterdown_on_a_replica_that_serves_nothing_stale) {
  take();
  const std::string before = window();
  admin({"CONFIG", "SET", "replica-serve-stale-data", "no"});
  admin({"CONFIG", "SET", "replica-read-only", "no"});
  admin({"REPLICAOF", "127.0.0.1", "1"});
  const std::string text = take();
  EXPECT_EQ(text.substr(0, 10), "MASTERDOWN") << text;
  EXPECT_EQ(redis::classify_error(text), error_meaning::moved_on);
  admin({"REPLICAOF", "NO", "ONE"});
  EXPECT_EQ(window(), before);
}

TEST_F(errors, noreplicas_where_writes_need_some) {
  take();
  admin({"CONFIG", "SET", "min-replicas-to-write", "1"});
  expect("NOREPLICAS", error_meaning::not_run);
}

TEST_F(errors, misconf_where_redis_cannot_save) {
  take();
  const auto folder = std::filesystem::path(server.socket()).parent_path() / "gone";
  std::filesystem::create_directory(folder);
  admin({"CONFIG", "SET", "dir", folder.string()});
  admin({"CONFIG", "SET", "save", "3600 1"});
  std::filesystem::remove(folder);
  admin({"BGSAVE"});
  while (admin({"INFO", "persistence"}).find("rdb_last_bgsave_status:err") == std::string::npos) {
  }
  expect("MISCONF", error_meaning::not_run);
}

TEST_F(errors, noperm_for_a_user_without_the_right) {
  take();
  admin({"ACL", "SETUSER", "guest", "on", ">pw", "~*", "+get"});
  EXPECT_EQ(admin({"AUTH", "guest", "pw"}), "OK");
  expect("NOPERM", error_meaning::not_run);
}

TEST_F(errors, noauth_before_the_password) {
  take();
  const std::string before = window();
  admin({"CONFIG", "SET", "requirepass", "pw"});
  redis_admin stranger(server.socket());
  stranger.append(take_command(sha));
  EXPECT_EQ(redis::classify_error(stranger.hear()), error_meaning::moved_on);
  EXPECT_EQ(window(), before);
}

TEST_F(errors, busy_while_another_script_runs) {
  take();
  const std::string before = window();
  admin({"CONFIG", "SET", "busy-reply-threshold", "1"});
  redis_admin other(server.socket());
  other.append({"EVAL", "while true do end", "0"});
  other.write();
  std::string text;
  do {
    text = admin({"PING"});
  } while (text == "PONG");  // until the script of the other connection runs
  text = take();
  EXPECT_EQ(text.substr(0, 5), "BUSY ") << text;
  EXPECT_EQ(redis::classify_error(text), error_meaning::not_run);
  admin({"SCRIPT", "KILL"});
  other.hear();
  EXPECT_EQ(window(), before);
}

TEST_F(errors, what_a_script_raises_while_it_runs_proves_nothing) {
  admin({"SET", "list", "x"});
  const std::string text = admin(
      {"EVAL", "#!lua\nredis.call('SET', KEYS[1], 'y') return redis.call('LPUSH', KEYS[1], 1)", "1", "list"});
  EXPECT_EQ(redis::classify_error(text), error_meaning::unknown) << text;
  EXPECT_EQ(admin({"GET", "list"}), "y");
}

TEST(redis_loading, loading_while_the_dump_is_read) {
  test::redis_process server(
      {"--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"});
  std::string sha;
  {
    redis_admin admin(server.socket());
    sha = admin({"SCRIPT", "LOAD", window_script()});
    admin({"DEBUG", "POPULATE", "300", "key", "512"});
    admin({"SAVE"});
  }
  redis_admin loader(server.socket()), admin(server.socket());
  loader.append({"DEBUG", "RELOAD", "NOSAVE"});
  loader.write();
  std::string text;
  do {
    admin.append(take_command(sha));
    text = admin.hear();
  } while (redis::classify_error(text) == error_meaning::unknown &&
           text.substr(0, 3) != "ERR");  // decided before the reload began
  EXPECT_EQ(text.substr(0, 7), "LOADING") << text;
  EXPECT_EQ(redis::classify_error(text), error_meaning::not_run);
}

}  // namespace
}  // namespace weir::store
