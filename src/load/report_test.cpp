#include "load/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/key_label.hpp"
#include "load/progress.hpp"
#include "load/text_table.hpp"

namespace weir::load {
namespace {

using testing::HasSubstr;
using testing::Not;

void add_responses(run_report& r, std::size_t node, std::size_t key, std::uint64_t times) {
  for (counts* c : {&r.counted.nodes[node].totals, &r.counted.keys[key]})
    c->sent += times, c->responses += times;
  for (std::uint64_t i = 0; i < times; ++i) r.counted.nodes[node].latency_ns.record(2'000'000);
}

// Two nodes on one redis, one key: 2 admitted of 2 allowed, 1,000 throttled, one timeout, one 503.
run_report two_nodes_one_key() {
  run_report r{.seconds = 30,
               .loops = 2,
               .concurrency = 4,
               .busiest_loop = 0.5,
               .nodes = {},
               .keys = {},
               .audited = {}};
  r.nodes = {{"http://a:1", "a", "redis", 0}, {"http://b:1", "b", "redis", 0}};
  r.keys = {{"sk-...er-a", "0123456789abcdef0123456789abcdef"}};
  r.counted = tally(2, 1);
  add_responses(r, 0, 0, 2);
  add_responses(r, 1, 0, 1'001);
  for (counts* c : {&r.counted.nodes[0].totals, &r.counted.keys[0]}) c->admitted = 2;
  for (counts* c : {&r.counted.nodes[1].totals, &r.counted.keys[0]}) c->throttled = {1'000, 0, 0};
  r.counted.nodes[1].count_status(503);
  r.counted.nodes[1].totals.sent += 1;
  r.counted.nodes[1].failures[static_cast<std::size_t>(failure::timeout)] = 1;
  audit_line line{.key = 0, .store = 0, .policy = {10, {2, 500, limit::limits::unlimited}}};
  line.by_own_clock = {{{2, 0}, {60, 0}, {32, 0}}};
  line.by_second = {{{2, 0}, {61, 0}, {32, 0}}};
  r.audited = {line};
  return r;
}

TEST(report, has_this_text) {
  const std::string expected =
      "weir load: 30.0 s, 2 nodes, 1 key, 2 loops of 4 in flight, closed loop\n"
      "throughput: 33 requests/s (1,004 sent, 2 admitted, 1,000 throttled, 2 errors)\n"
      "\n"
      "node        node_id  store   sent  admitted  throttled: requests  input tokens  output tokens  errors "
      " p50 ms  p95 ms  p99 ms\n"
      "http://a:1  a        redis      2         2                    0             0              0       0 "
      "   2.00    2.00    2.00\n"
      "http://b:1  b        redis  1,002         0                1,000             0              0       2 "
      "   2.00    2.00    2.00\n"
      "all                         1,004         2                1,000             0              0       2 "
      "   2.00    2.00    2.00\n"
      "errors: timeout 1, status 503 1\n"
      "\n"
      "key         key_id                             sent  admitted  throttled: requests  input tokens  "
      "output tokens\n"
      "sk-...er-a  0123456789abcdef0123456789abcdef  1,003         2                1,000             0      "
      "        0\n"
      "\n"
      "audit (requests sent and received within a window, and W + 1 seconds of the store's clock)\n"
      "key                  store  metric         window      limit  largest, own clock  largest, by "
      "admitted second  windows over\n"
      "sk-...er-a 01234567  redis  requests         10 s          2                   2                      "
      "      2             0\n"
      "sk-...er-a 01234567  redis  input_tokens     10 s        500                  60                      "
      "     61             0\n"
      "sk-...er-a 01234567  redis  output_tokens    10 s  unlimited                  32                      "
      "     32             0\n"
      "windows turned over: 3.0; outcomes unknown: 1\n"
      "over-admitted: 0 windows\n";
  EXPECT_EQ(text_of(two_nodes_one_key()), expected);
}

TEST(report, has_this_json) {
  const std::string expected =
      R"({
  "requests_per_second": 33.4,
  "audited": true,
  "over_admitted": 0,
  "nodes": [
    {"url": "http://a:1", "node_id": "a", "sent": 2, "admitted": 2, )"
      R"("throttled": {"requests": 0, "input_tokens": 0, "output_tokens": 0}, "errors": 0, )"
      R"("latency_ms": {"p50": 2.003, "p95": 2.003, "p99": 2.003}},
    {"url": "http://b:1", "node_id": "b", "sent": 1002, "admitted": 0, )"
      R"("throttled": {"requests": 1000, "input_tokens": 0, "output_tokens": 0}, )"
      R"("errors": 2, "latency_ms": {"p50": 2.003, "p95": 2.003, "p99": 2.003}}
  ],
  "keys": [
    {"key_id": "0123456789abcdef0123456789abcdef", "limits": {"requests": 2, )"
      R"("input_tokens": 500, "output_tokens": null}, "largest_window": {"requests": 2, )"
      R"("input_tokens": 61, "output_tokens": 32}}
  ]
}
)";
  EXPECT_EQ(json_of(two_nodes_one_key()), expected);
}

TEST(report, over_admitted_is_the_sum_over_keys_and_metrics) {
  run_report r = two_nodes_one_key();
  r.audited[0].by_own_clock[0] = {3, 2};
  r.audited[0].by_second[2] = {99, 1};
  EXPECT_EQ(r.over_admitted(), 3U);
  EXPECT_THAT(text_of(r), HasSubstr("over-admitted: 3 windows\n"));
  EXPECT_THAT(json_of(r), HasSubstr("\"over_admitted\": 3,"));
}

TEST(report, says_what_could_not_be_audited) {
  run_report r = two_nodes_one_key();
  r.audited[0].policy = {};
  EXPECT_THAT(text_of(r), HasSubstr("sk-...er-a 01234567 at redis: no limits named, nothing to audit\n"));
  EXPECT_THAT(json_of(r),
              HasSubstr(R"("limits": {"requests": null, "input_tokens": null, "output_tokens": null})"));
}

TEST(report, says_at_the_top_that_nothing_was_audited_and_why) {
  run_report r = two_nodes_one_key();
  r.audited[0].policy = {};
  EXPECT_THAT(
      text_of(r),
      HasSubstr("\nwarning: nothing was audited: the nodes name no limits for key sk-...er-a 01234567\n"));
  EXPECT_THAT(text_of(r), HasSubstr("over-admitted: unknown: nothing was audited: "));
  EXPECT_THAT(json_of(r), HasSubstr("\"audited\": false,"));
  r.audited = {};
  r.counted.keys[0] = {.sent = 1'234, .responses = 1'234, .throttled = {}, .unknown_key = 1'234};
  EXPECT_THAT(text_of(r), HasSubstr("nothing was audited: 1,234 responses with 401: key sk-...er-a 01234567 "
                                    "is not known to the nodes\n"));
  r.counted.keys[0] = {.sent = 9, .throttled = {}};
  EXPECT_THAT(
      text_of(r),
      HasSubstr("nothing was audited: no request of key sk-...er-a 01234567 was admitted or throttled\n"));
}

TEST(report, names_a_few_of_many_keys_that_were_not_audited) {
  run_report r = two_nodes_one_key();
  r.audited = {};
  r.keys.resize(5, r.keys[0]);
  r.counted.keys.resize(5);
  EXPECT_THAT(text_of(r), HasSubstr("; and so on for 2 more keys\n"));
}

TEST(report, warns_of_a_key_that_some_nodes_do_not_know) {
  run_report r = two_nodes_one_key();
  r.counted.keys[0].unknown_key = 7;
  EXPECT_THAT(
      text_of(r),
      HasSubstr("warning: 7 responses with 401: key sk-...er-a 01234567 is not known to all nodes\n"));
  EXPECT_THAT(text_of(r), HasSubstr("over-admitted: 0 windows\n"));
}

TEST(report, names_the_node_of_an_embedded_store) {
  run_report r = two_nodes_one_key();
  r.nodes[0].store_kind = r.nodes[1].store_kind = "memory";
  r.nodes[1].store = 1;
  r.audited.push_back(r.audited[0]);
  r.audited[1].store = 1;
  EXPECT_THAT(text_of(r), HasSubstr("sk-...er-a 01234567  http://b:1  requests"));
  for (const char* url : {"http://a:1", "http://b:1"}) {
    EXPECT_THAT(
        json_of(r),
        HasSubstr(std::string(R"("key_id": "0123456789abcdef0123456789abcdef", "node": ")") + url + '"'));
  }
}

TEST(report, a_key_on_redis_and_on_an_embedded_store_names_the_embedded_node_only) {
  run_report r = two_nodes_one_key();
  r.nodes[1].store_kind = "memory";
  r.nodes[1].store = 1;
  r.audited.push_back(r.audited[0]);
  r.audited[1].store = 1;
  EXPECT_THAT(json_of(r), HasSubstr(R"("node": "http://b:1")"));
  EXPECT_THAT(json_of(r), Not(HasSubstr(R"("node": "http://a:1")")));
}

TEST(report, an_unlimited_metric_of_a_limited_key_has_its_largest_window) {
  EXPECT_THAT(json_of(two_nodes_one_key()),
              HasSubstr(R"("output_tokens": null}, "largest_window": {"requests": 2, "input_tokens": 61, )"
                        R"("output_tokens": 32})"));
}

TEST(report, the_largest_window_is_null_without_a_named_window) {
  run_report r = two_nodes_one_key();
  r.audited[0].policy = {};
  EXPECT_THAT(
      json_of(r),
      HasSubstr(R"("largest_window": {"requests": null, "input_tokens": null, "output_tokens": null})"));
}

TEST(report, a_node_without_responses_has_no_latency) {
  run_report r = two_nodes_one_key();
  r.counted.nodes[1].latency_ns = {};
  EXPECT_THAT(text_of(r), HasSubstr("       2       -       -       -\n"));
  EXPECT_THAT(json_of(r), HasSubstr(R"("latency_ms": {"p50": null, "p95": null, "p99": null})"));
}

TEST(report, warns_where_the_generator_is_the_bottleneck) {
  run_report r = two_nodes_one_key();
  EXPECT_THAT(text_of(r), Not(HasSubstr("warning")));
  r.busiest_loop = 0.97;
  EXPECT_THAT(text_of(r), HasSubstr("used 97 % of a core"));
}

TEST(report, an_open_loop_reports_its_late_and_missing_starts) {
  run_report r = two_nodes_one_key();
  r.rate = 500;
  r.counted.started = 995;
  r.counted.late_starts = 4;
  r.counted.never_started = 5;
  EXPECT_THAT(text_of(r), HasSubstr("schedule: 1,000 starts, 4 of them late, 5 never made\n"));
  EXPECT_THAT(text_of(r), Not(HasSubstr("did not keep its schedule")));
  r.counted.late_starts = 50;
  EXPECT_THAT(text_of(r), HasSubstr("did not keep its schedule"));
}

TEST(key_label, does_not_reveal_the_key) {
  EXPECT_THAT(label_of("sk-test-tier-a-0123").masked, Not(HasSubstr("test")));
  EXPECT_EQ(label_of("abc").id, "ba7816bf8f01cfea414140de5dae2223");  // FIPS 180-2's example
  EXPECT_THAT(label_of("abc").masked, Not(HasSubstr("a")));
}

TEST(text_table, groups_digits) {
  const std::pair<std::uint64_t, const char*> rows[] = {
      {0, "0"}, {999, "999"}, {1'000, "1,000"}, {1'234'567, "1,234,567"}};
  for (const auto& [number, text] : rows) EXPECT_EQ(grouped(number), text);
}

TEST(progress, rewrites_the_line_of_a_terminal_four_times_a_second) {
  progress p(true, 60);
  EXPECT_FALSE(p.at(0.1, {}));
  EXPECT_EQ(p.at(0.5, {.responses = 1'000, .admitted = 5, .throttled = 994, .failed = 1}),
            "\r\x1b[K0 of 60 s: 2,000 requests/s, admitted 5, throttled 994, errors 1");
  EXPECT_FALSE(p.at(0.7, {}));
  EXPECT_EQ(p.end(), "\r\x1b[K");
}

TEST(progress, writes_a_line_each_5_s_without_a_terminal) {
  progress p(false, 60);
  EXPECT_FALSE(p.at(4.9, {}));
  EXPECT_EQ(p.at(5, {.responses = 10, .admitted = 10, .throttled = 0, .failed = 0}),
            "5 of 60 s: 2 requests/s, admitted 10, throttled 0, errors 0\n");
  EXPECT_EQ(p.end(), "");
}

}  // namespace
}  // namespace weir::load
