// `weir load` as a whole against nodes in this process: its findings, its output and its exit codes.
#include "load/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "load/testing/fake_node.hpp"

namespace weir::load {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* secret = "sk-secret-of-this-test";

struct run_result {
  int exit_code;
  std::string out, err;
};

run_result load(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"load", "--api-keys", secret, "--processes", "2", "--payload-cache-size", "10"});
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run(static_cast<int>(argv.size()), argv.data());
  return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(load_run, finds_nothing_wrong_with_a_node_that_keeps_its_limit) {
  fake_node node({});
  const auto r = load({"--nodes", node.url, "--duration", "300ms"});
  EXPECT_EQ(r.exit_code, 0) << r.out << r.err;
  EXPECT_THAT(r.out, HasSubstr("over-admitted: 0 windows"));
  EXPECT_THAT(r.out, ContainsRegex("redis  requests +60 s +3 +3 +3 +0"));
}

TEST(load_run, catches_a_node_that_admits_one_too_many) {
  fake_node node({.admits = 4});
  const auto r = load({"--nodes", node.url, "--duration", "300ms", "--json", "-"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_THAT(r.out, HasSubstr("\"over_admitted\": 1,"));
  EXPECT_THAT(r.out,
              HasSubstr(R"("largest_window": {"requests": 4, "input_tokens": 40, "output_tokens": 20})"));
  EXPECT_THAT(r.err, HasSubstr("over-admitted: 1 window\n"));  // the text goes to the other stream
}

TEST(load_run, audits_nodes_on_redis_together_and_embedded_ones_separately) {
  for (const char* kind : {"redis", "memory"}) {
    fake_node a({.store_kind = kind, .admits = 2}), b({.store_kind = kind, .admits = 2});
    const auto r = load({"--nodes", a.url + "," + b.url, "--duration", "300ms"});
    EXPECT_EQ(r.exit_code, kind == std::string("redis") ? 1 : 0) << r.out;
  }
}

TEST(load_run, shows_no_key) {
  fake_node node({});
  const auto r = load({"--nodes", node.url, "--duration", "100ms", "--json", "-"});
  EXPECT_THAT(r.out + r.err, Not(HasSubstr(secret)));
}

TEST(load_run, rejects_a_json_file_that_cannot_be_written_before_it_sends_anything) {
  fake_node node({});
  const auto r = load({"--nodes", node.url, "--duration", "1h", "--json", "/nodir/x"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("--json /nodir/x: the file cannot be written"));
  EXPECT_EQ(node.handler.seen, 0);
}

TEST(load_run, says_that_no_node_could_be_reached) {
  std::string gone;
  {
    gone = fake_node({}).url;
  }
  const auto r = load({"--nodes", gone, "--duration", "60"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_THAT(r.err, HasSubstr("no node could be reached"));
}

TEST(load_run, continues_without_a_node_that_is_down) {
  std::string gone;
  {
    gone = fake_node({}).url;
  }
  fake_node node({});
  const auto r = load({"--nodes", gone + "," + node.url, "--duration", "300ms"});
  EXPECT_EQ(r.exit_code, 0) << r.out;
  EXPECT_THAT(r.err, HasSubstr(gone + " does not respond"));
  EXPECT_THAT(r.out, HasSubstr("errors: not sent "));
}

TEST(load_run, counts_requests_without_a_response_and_does_not_audit_them) {
  fake_node silent({.silent = true}), node({});
  const auto r = load({"--nodes", silent.url + "," + node.url, "--duration", "300ms", "--timeout-ms", "100"});
  EXPECT_EQ(r.exit_code, 0) << r.out;
  EXPECT_THAT(r.out, ContainsRegex("errors: timeout [1-9]"));
  EXPECT_THAT(r.out, ContainsRegex("outcomes unknown: [1-9]"));
}

TEST(load_run, counts_errors_by_status) {
  fake_node node({.status = 503});
  const auto r = load({"--nodes", node.url, "--duration", "100ms"});
  EXPECT_EQ(r.exit_code, 1);  // nothing but errors
  EXPECT_THAT(r.out, ContainsRegex("errors: status 503 [1-9]"));
}

TEST(load_run, fails_where_the_nodes_do_not_know_the_key) {
  fake_node node({.named_limit = -1, .status = 401});
  const auto r = load({"--nodes", node.url, "--duration", "100ms"});
  EXPECT_EQ(r.exit_code, 1) << r.out;
  EXPECT_THAT(
      r.out,
      ContainsRegex("nothing was audited: [0-9,]+ responses? with 401: key .* is not known to the nodes"));
  EXPECT_THAT(r.err, HasSubstr("no request was admitted or throttled"));
}

TEST(load_run, an_admission_without_usage_still_counts_as_a_request) {
  fake_node node({.named_limit = 1, .admits = 2, .usage = R"("usage":null)"});
  const auto r = load({"--nodes", node.url, "--duration", "200ms"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_THAT(r.out, HasSubstr("unreadable 2"));
}

TEST(load_run, a_node_without_limits_is_not_audited) {
  fake_node node({.store_kind = "bypass", .named_limit = -1, .admits = 1'000'000'000});
  const auto r = load({"--nodes", node.url, "--duration", "200ms"});
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_THAT(r.out, HasSubstr("warning: nothing was audited: the nodes name no limits for key "));
}

TEST(load_run, honors_retry_after) {
  fake_node node({.retry_after_ms = 60'000});
  const auto r =
      load({"--nodes", node.url, "--duration", "300ms", "--honor-retry-after", "--concurrency", "4"});
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_LE(node.handler.seen, 3 + 8);  // eight clients, each of which must wait once
}

TEST(load_run, an_open_loop_starts_the_requests_of_its_rate) {
  fake_node node({});
  const auto r = load({"--nodes", node.url, "--duration", "1s", "--rate", "200"});
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_LE(node.handler.seen, 200);
  EXPECT_GT(node.handler.seen, 100);  // on a very busy machine some are never made, and the report says so
  EXPECT_THAT(r.out, HasSubstr("schedule: 200 starts, "));
}

TEST(load_run, ends_early_and_reports_after_an_interrupt) {
  fake_node node({});
  std::thread impatient([&] {
    while (node.handler.seen < 100) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::raise(SIGINT);
  });
  const auto began = std::chrono::steady_clock::now();
  const auto r = load({"--nodes", node.url, "--duration", "1h"});
  impatient.join();
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  EXPECT_THAT(r.out, HasSubstr("(interrupted)"));
}

}  // namespace
}  // namespace weir::load
