#include "load/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace weir::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

result<options, config::exit_request> read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "load");
  return read_options(static_cast<int>(arguments.size()), arguments.data());
}

// Adds a node unless the arguments name one.
options good(std::vector<const char*> arguments) {
  const auto is_nodes = [](std::string_view a) { return a == "--nodes"; };
  if (std::none_of(arguments.begin(), arguments.end(), is_nodes))
    arguments.insert(arguments.end(), {"--nodes", "http://n:1"});
  auto r = read(arguments);
  if (!r) ADD_FAILURE() << r.error().text;
  return r ? *std::move(r) : options{};
}

TEST(load_options, have_defaults_for_all_but_nodes_and_keys) {
  const options o = good({"--nodes", "http://127.0.0.1:8000", "--api-keys", "sk-a"});
  ASSERT_EQ(o.nodes.size(), 1U);
  EXPECT_EQ(o.nodes[0].url, "http://127.0.0.1:8000");
  EXPECT_EQ(o.duration_s, 60);
  EXPECT_EQ(o.concurrency, 4U);
  EXPECT_EQ(o.connections_per_loop(), 1000U);
}

TEST(load_options, flags_may_be_repeated_and_hold_commas) {
  const options o = good(
      {"--nodes", "http://a:1,http://b:2", "--nodes", "c:3/v1/", "--api-keys", "k1,k2", "--api-keys=k3,k1"});
  ASSERT_EQ(o.nodes.size(), 3U);
  EXPECT_EQ(o.nodes[2].url, "http://c:3");
  EXPECT_THAT(o.keys, ElementsAre("k1", "k2", "k3"));
}

TEST(load_options, several_values_may_follow_one_flag) {
  EXPECT_EQ(good({"--nodes", "http://a:1", "http://b:2", "--api-keys", "k"}).nodes.size(), 2U);
}

TEST(load_options, reads_every_value) {
  const options o = good({"--api-keys",
                          "k",
                          "--duration",
                          "90s",
                          "--concurrency",
                          "8",
                          "--payload-cache-size",
                          "5",
                          "--max-connections",
                          "100",
                          "--processes",
                          "2",
                          "--rate",
                          "12.5",
                          "--honor-retry-after",
                          "--max-tokens",
                          "3-9",
                          "--model",
                          "m",
                          "--json",
                          "-",
                          "--seed",
                          "7",
                          "--timeout-ms",
                          "250"});
  EXPECT_EQ(o.duration_s, 90);
  EXPECT_EQ(o.concurrency, 8U);
  EXPECT_EQ(o.payload_cache_size, 5U);
  EXPECT_EQ(o.connections_per_loop(), 50U);
  EXPECT_EQ(o.rate, 12.5);
  EXPECT_TRUE(o.honor_retry_after);
  EXPECT_EQ(o.min_tokens, 3U);
  EXPECT_EQ(o.max_tokens, 9U);
  EXPECT_EQ(o.model, "m");
  EXPECT_EQ(o.json_file, "-");
  EXPECT_EQ(o.seed, 7U);
  EXPECT_EQ(o.timeout_ms, 250U);
}

TEST(load_options, durations_have_units) {
  const std::pair<const char*, double> rows[] = {{"60", 60},  {"1.5", 1.5}, {"500ms", 0.5},
                                                 {"90s", 90}, {"3m", 180},  {"1h", 3'600}};
  for (const auto& [text, seconds] : rows)
    EXPECT_DOUBLE_EQ(good({"--api-keys", "k", "--duration", text}).duration_s, seconds) << text;
}

TEST(load_options, says_what_is_wrong_and_what_would_be_right) {
  const std::pair<std::vector<const char*>, const char*> rows[] = {
      {{}, "--nodes is missing"},
      {{"--nodes", "http://a:1"}, "--api-keys is missing"},
      {{"--api-keys", "k"}, "--nodes is missing"},
      {{"--nodes", "a:1", "--api-keys", "k", "--duration", "soon"}, "--duration soon: write seconds"},
      {{"--nodes", "a:1", "--api-keys", "k", "--duration", "0"}, "--duration 0"},
      {{"--nodes", "a:1", "--api-keys", "k", "--duration", "-1"}, "--duration -1"},
      {{"--nodes", "a:1", "--api-keys", "k", "--max-tokens", "9-3"}, "--max-tokens 9-3"},
      {{"--nodes", "a:1", "--api-keys", "k", "--max-tokens", "0"}, "--max-tokens 0"},
      {{"--api-keys", "k", "--nodes", "https://a"}, "TLS"},
      {{"--api-keys", "k", "--nodes", "redis://a:1"}, "not an http URL"},
      {{"--api-keys", "k", "--nodes", "http://a:99999"}, "the port is not 1 to 65535"},
      {{"--api-keys", "k", "--nodes", "http://:80"}, "no host"},
      {{"--nodes", "a:1", "--api-keys", "k", "--concurrency", "0"}, "--concurrency"},
      {{"--nodes", "a:1", "--api-keys", "k", "--concurrency", "x"}, "--concurrency"},
      {{"--nodes", "a:1", "--api-keys", "k", "--concurrency", "2000"}, "1000 connections"},
      {{"--nodes", "a:1", "--api-keys", "a b"}, "must not contain spaces"},
      {{"--nodes", "a:1", "--api-keys", "@/does/not/exist"}, "cannot be read"},
      {{"--nodes", "a:1", "--api-keys", "k", "--concurency", "3"}, "did you mean --concurrency?"},
      {{"--nodes", "a:1", "--api-keys", "k", "--node=http://a"}, "did you mean --nodes?"},
      {{"--nodes", "a:1", "--api-keys", "k", "--frobnicate"}, "--help"},
  };
  for (const auto& [arguments, expected] : rows) {
    const auto r = read(arguments);
    ASSERT_FALSE(r) << expected;
    EXPECT_THAT(r.error().text, HasSubstr(expected));
    EXPECT_EQ(r.error().code, 2);
  }
}

TEST(load_options, help_has_examples_and_exits_0) {
  const auto exit = read({"--help"}).error();
  EXPECT_EQ(exit.code, 0);
  for (const char* word : {"--nodes", "--rate", "--honor-retry-after", "Examples:", "@keys.txt"})
    EXPECT_THAT(exit.text, HasSubstr(word));
}

// A file that is removed when the test ends.
struct key_file {
  explicit key_file(const char* text)
      : name(testing::TempDir() + "weir_load_keys_" +
             std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::ofstream(name) << text;
  }
  ~key_file() { std::filesystem::remove(name); }
  std::string name;
};

TEST(load_options, keys_come_from_files) {
  const key_file file("# tiers\nsk-one\n\n  sk-two\t\r\nsk-one\n");
  const std::string argument = "@" + file.name;
  EXPECT_THAT(good({"--api-keys", argument.c_str()}).keys, ElementsAre("sk-one", "sk-two"));
}

TEST(load_options, a_wrong_line_of_a_key_file_is_named_but_not_shown) {
  const key_file file("sk-one\nsecret: 5\n");
  const std::string argument = "@" + file.name;
  const auto exit = read({"--nodes", "a:1", "--api-keys", argument.c_str()}).error();
  EXPECT_THAT(exit.text, HasSubstr(":2: not a key"));
  EXPECT_THAT(exit.text, testing::Not(HasSubstr("secret")));
}

TEST(node_url, reads_hosts_ports_and_prefixes) {
  struct row {
    const char *text, *url, *host, *port, *base;
  };
  const row rows[] = {
      {"http://127.0.0.1:8000", "http://127.0.0.1:8000", "127.0.0.1", "8000", ""},
      {"localhost:9/", "http://localhost:9", "localhost", "9", ""},
      {"http://api", "http://api", "api", "80", ""},
      {"http://[::1]:8000/v1", "http://[::1]:8000", "::1", "8000", ""},
      {"http://edge:1/llm/v1/", "http://edge:1/llm", "edge", "1", "/llm"},
  };
  for (const row& r : rows) {
    const auto node = read_node_url(r.text);
    ASSERT_TRUE(node) << r.text;
    EXPECT_EQ(node->url, r.url);
    EXPECT_EQ(node->host, r.host);
    EXPECT_EQ(node->port, r.port);
    EXPECT_EQ(node->base, r.base);
  }
}

}  // namespace
}  // namespace weir::load
