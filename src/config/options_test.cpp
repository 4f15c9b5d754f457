#include "config/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "config/setting.hpp"

namespace weir::config {
namespace {

using variables = std::map<std::string, std::string>;

result<settings, exit_request> parse(std::vector<const char*> flags, const variables& set = {}) {
  flags.insert(flags.begin(), "serve");
  const auto lookup = [&](const char* name) -> const char* {
    const auto found = set.find(name);
    return found == set.end() ? nullptr : found->second.c_str();
  };
  return parse_settings("serve", static_cast<int>(flags.size()), flags.data(), lookup);
}

settings must_parse(std::vector<const char*> flags, const variables& set = {}) {
  auto parsed = parse(std::move(flags), set);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text);
  return parsed ? *parsed : settings{};
}

// Replaces line breaks with the indent behind them by one space.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || line.empty() || line.back() != ' ') line += space ? ' ' : c;
  }
  return line;
}

TEST(options, have_defaults) {
  const settings s = must_parse({});
  EXPECT_EQ(s.redis_url, "");
  EXPECT_EQ(s.api_keys_file, "api_keys.yaml");
  EXPECT_EQ(s.window_seconds, 60U);
  EXPECT_EQ(s.port, 8000);
  EXPECT_FALSE(s.bypass_limiter);
}

TEST(options, the_flag_and_the_variable_of_a_setting_have_the_same_effect) {
  const std::map<std::string_view, const char*> values{{"REDIS_URL", "unix:///tmp/redis.sock?db=1"},
                                                       {"API_KEYS_FILE", "keys.yaml"},
                                                       {"API_KEYS", "keys: {}"},
                                                       {"NODE_ID", "n1"},
                                                       {"BYPASS_LIMITER", "1"},
                                                       {"HOST", "0.0.0.0"},
                                                       {"KEY_ID_SECRET", "s"},
                                                       {"WORKERS", "12"},
                                                       {"DEFAULT_ENCODING", "cl100k_base"}};
  for (const setting& one : all_settings()) {
    const auto found = values.find(one.variable);
    const char* const value = found == values.end() ? "1234" : found->second;
    const std::string flag = std::string(one.flag) + "=" + value;
    const settings by_flag = must_parse({flag.c_str()});
    const settings by_variable = must_parse({}, {{std::string(one.variable), value}});
    EXPECT_EQ(one.show(by_flag), value) << one.flag;
    EXPECT_EQ(one.show(by_variable), value) << one.variable;
    EXPECT_NE(one.show(settings{}), value) << one.flag;
  }
}

TEST(options, every_setting_is_in_the_help_with_variable_and_default) {
  const auto help = parse({"--help"});
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().code, 0);
  for (const setting& one : all_settings()) {
    EXPECT_NE(help.error().text.find(one.flag), std::string::npos) << one.flag;
    const std::string default_text = one.show(settings{});
    const std::string tail =
        "[" + std::string(one.variable) + (default_text.empty() ? "" : ", default " + default_text) + "]";
    EXPECT_NE(one_line(help.error().text).find(tail), std::string::npos) << tail;
  }
}

TEST(options, flags_win_over_variables_and_the_last_of_repeated_flags_counts) {
  EXPECT_EQ(must_parse({"--port", "1"}, {{"PORT", "2"}}).port, 1);
  EXPECT_EQ(must_parse({"--port", "1", "--port=3"}).port, 3);
  EXPECT_EQ(must_parse({"--port", "1"}, {{"PORT", "wrong but not asked"}}).port, 1);
}

TEST(options, an_empty_variable_counts_as_unset_except_for_the_key_file) {
  EXPECT_EQ(must_parse({}, {{"PORT", ""}, {"BYPASS_LIMITER", ""}, {"REDIS_URL", ""}}).port, 8000);
  EXPECT_EQ(must_parse({}, {{"API_KEYS_FILE", ""}}).api_keys_file, "");
}

TEST(options, an_empty_flag_is_an_empty_value_and_does_not_consume_the_next_flag) {
  const variables set{{"KEY_ID_SECRET", "s"},
                      {"NODE_ID", "n"},
                      {"API_KEYS_FILE", "f"},
                      {"API_KEYS", "k"},
                      {"REDIS_URL", "redis://h"}};
  for (const char* flag : {"--key-id-secret", "--node-id", "--api-keys-file", "--api-keys", "--redis"}) {
    const auto one = std::find_if(all_settings().begin(), all_settings().end(),
                                  [&](const setting& s) { return s.flag == flag; });
    const settings two_words = must_parse({flag, "", "--port", "8300"}, set);
    const settings one_word = must_parse({(std::string(flag) + "=").c_str(), "--port", "8300"}, set);
    EXPECT_EQ(one->show(two_words), "") << flag;
    EXPECT_EQ(one->show(one_word), "") << flag;
    EXPECT_EQ(two_words.port, 8300) << flag;
  }
  EXPECT_FALSE(must_parse({"--bypass-limiter="}).bypass_limiter);
}

TEST(options, an_empty_value_of_a_setting_that_needs_one_is_an_error) {
  const std::vector<const char*> table[] = {
      {"--port", "", "--workers", "2"}, {"--port="}, {"--workers", "2", "--port", ""}};
  for (const auto& flags : table) {
    const auto parsed = parse(flags);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().text,
              "weir serve: --port is empty: must be a whole number from 0 to 65535\n`weir serve --help` "
              "shows all flags.\n");
  }
  EXPECT_NE(parse({"--host", "", "--port", "1"}).error().text.find("--host is empty: must be an address"),
            std::string::npos);
}

TEST(options, an_error_found_after_parsing_names_the_flag_or_variable_that_gave_the_value) {
  const settings s = must_parse({"--redis", "redis://h/x"}, {{"REDIS_URL", "redis://h"}, {"HOST", "h"}});
  EXPECT_EQ(configuration_error("check", s, "REDIS_URL", "it is wrong").code, exit_usage);
  EXPECT_EQ(configuration_error("check", s, "REDIS_URL", "it is wrong").text,
            "weir check: --redis: it is wrong\n`weir check --help` shows all flags.\n");
  EXPECT_EQ(configuration_error("check", s, "HOST", "it is wrong").code, exit_configuration);
  EXPECT_EQ(configuration_error("check", s, "HOST", "it is wrong").text, "weir check: HOST: it is wrong\n");
}

TEST(options, redis_without_a_value_means_localhost) {
  EXPECT_EQ(must_parse({"--redis"}).redis_url, "redis://localhost:6379/0");
  EXPECT_EQ(must_parse({"--redis", "--port", "1"}).redis_url, "redis://localhost:6379/0");
  EXPECT_EQ(must_parse({"--redis", "redis://h:1/2", "--port", "1"}).redis_url, "redis://h:1/2");
  EXPECT_EQ(must_parse({"--redis=unix:///s"}).redis_url, "unix:///s");
}

TEST(options, bypass_accepts_several_spellings) {
  for (const char* on : {"1", "true", "YES", "On"})
    EXPECT_TRUE(must_parse({}, {{"BYPASS_LIMITER", on}}).bypass_limiter) << on;
  for (const char* off : {"0", "false", "No", "off"})
    EXPECT_FALSE(must_parse({}, {{"BYPASS_LIMITER", off}}).bypass_limiter) << off;
  EXPECT_TRUE(must_parse({"--bypass-limiter"}).bypass_limiter);
  EXPECT_TRUE(must_parse({"--bypass-limiter", "--port", "1"}).bypass_limiter);
  EXPECT_FALSE(must_parse({"--bypass-limiter=0"}, {{"BYPASS_LIMITER", "1"}}).bypass_limiter);
}

TEST(options, a_wrong_flag_exits_with_2_and_a_wrong_variable_with_78) {
  const auto by_flag = parse({"--port", "65536"});
  ASSERT_FALSE(by_flag);
  EXPECT_EQ(by_flag.error().code, exit_usage);
  EXPECT_EQ(by_flag.error().text,
            "weir serve: --port=65536: must be a whole number from 0 to 65535\n`weir serve --help` shows all "
            "flags.\n");
  const auto by_variable = parse({}, {{"PORT", "65536"}});
  ASSERT_FALSE(by_variable);
  EXPECT_EQ(by_variable.error().code, exit_configuration);
  EXPECT_EQ(by_variable.error().text, "weir serve: PORT=65536: must be a whole number from 0 to 65535\n");
}

TEST(options, rejects_values_out_of_range) {
  const variables table[] = {{{"WINDOW_SECONDS", "0"}},
                             {{"WINDOW_SECONDS", "3601"}},
                             {{"WINDOW_SECONDS", "ten"}},
                             {{"WINDOW_SECONDS", "1.5"}},
                             {{"PORT", "-1"}},
                             {{"PORT", " 80"}},
                             {{"PORT", "+80"}},
                             {{"WORKERS", "-2"}},
                             {{"STORE_DEADLINE_MS", "0"}},
                             {{"BYPASS_LIMITER", "perhaps"}},
                             {{"REDIS_URL", "http://h"}},
                             {{"REDIS_URL", "rediss://h"}},
                             {{"MAX_BODY_BYTES", "1e9999"}},
                             {{"IDLE_TIMEOUT_MS", "0"}},
                             {{"SHUTDOWN_SECONDS", "0"}},
                             {{"NODE_ID", "two words"}},
                             {{"MOCK_COMPLETION_TOKENS", "0"}},
                             {{"DEFAULT_OUTPUT_TOKENS", "99999999999999999999999"}}};
  for (const variables& set : table) {
    const auto parsed = parse({}, set);
    ASSERT_FALSE(parsed) << set.begin()->first << set.begin()->second;
    EXPECT_EQ(parsed.error().code, exit_configuration);
    EXPECT_NE(parsed.error().text.find(set.begin()->first), std::string::npos) << parsed.error().text;
  }
}

TEST(options, an_unknown_flag_is_named_with_the_nearest_known_flag) {
  const auto parsed = parse({"--prot", "9"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, exit_usage);
  EXPECT_EQ(parsed.error().text,
            "weir serve: unknown flag --prot; did you mean --port?\n`weir serve --help` shows all flags.\n");
  EXPECT_NE(parse({"--window-secs=9"}).error().text.find("did you mean --window-seconds?"),
            std::string::npos);
  EXPECT_NE(parse({"-x"}).error().text.find("unknown flag -x"), std::string::npos);
}

TEST(options, a_flag_without_its_value_is_an_error) {
  const std::vector<const char*> table[] = {{"--port"}, {"--port", "--host", "h"}, {"--host", "h", "--port"}};
  for (const auto& flags : table) {
    const auto parsed = parse(flags);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, exit_usage);
    EXPECT_EQ(parsed.error().text,
              "weir serve: --port needs a value: --port N\n`weir serve --help` shows all flags.\n");
  }
}

TEST(options, no_help_line_is_wider_than_a_terminal) {
  std::istringstream lines(parse({"--help"}).error().text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 116U) << line;
}

TEST(options, an_unexpected_argument_is_reported_but_not_shown) {
  for (const char* word : {"sk-secret-in-the-wrong-place", ""}) {
    const auto parsed = parse({word});
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, exit_usage);
    EXPECT_NE(parsed.error().text.find("unexpected argument"), std::string::npos) << parsed.error().text;
    EXPECT_EQ(parsed.error().text.find("sk-secret"), std::string::npos);
  }
}

TEST(options, no_error_holds_a_secret) {
  const auto wrong_scheme = parse({}, {{"REDIS_URL", "http://user:hunter2@h"}});
  ASSERT_FALSE(wrong_scheme);
  EXPECT_EQ(wrong_scheme.error().text.find("hunter2"), std::string::npos);
  const auto typo = parse({"--key-id-secert=hunter2"});
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().text.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace weir::config
