#include "policy/key_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/read_file.hpp"

namespace weir::policy {
namespace {

constexpr std::uint32_t unlimited = limit::limits::unlimited;

std::vector<key_entry> must_parse(std::string_view yaml) {
  auto parsed = parse_keys(yaml, "f.yaml");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? std::move(*parsed) : std::vector<key_entry>{};
}

std::string error_of(std::string_view yaml) {
  const auto parsed = parse_keys(yaml, "f.yaml");
  EXPECT_FALSE(parsed) << yaml;
  return parsed ? "" : parsed.error().message;
}

// A temporary folder that is removed after the test.
class folder {
 public:
  folder() : path_(std::filesystem::temp_directory_path() / ("weir-key-file-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(key_file, reads_keys_in_order_with_their_limits) {
  const auto keys = must_parse(
      "keys:\n  sk-a: {request_per_minute: 120, input_tokens_per_minute: 20000, output_tokens_per_minute: "
      "10000}\n  sk-b: {}\n");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].key, "sk-a");
  EXPECT_EQ(keys[0].limits, (limit::limits{120, 20000, 10000}));
  EXPECT_EQ(keys[1].key, "sk-b");
  EXPECT_EQ(keys[1].limits, (limit::limits{unlimited, unlimited, unlimited}));
}

TEST(key_file, a_missing_limit_is_unlimited_and_0_is_0) {
  EXPECT_EQ(must_parse("keys: {sk-a: {output_tokens_per_minute: 0}}")[0].limits,
            (limit::limits{unlimited, unlimited, 0}));
  EXPECT_EQ(must_parse("keys: {sk-a: {request_per_minute: 4294967294}}")[0].limits.requests,
            limit::limits::largest);
}

TEST(key_file, is_json_too) {
  const auto keys =
      must_parse(R"({"keys": {"sk-a": {"request_per_minute": 3}, "123": {"request_per_minute": 4}}})");
  EXPECT_EQ(keys[0].limits.requests, 3U);
  EXPECT_EQ(keys[1].key, "123");
}

TEST(key_file, never_shows_an_undefined_alias_which_may_be_a_key) {
  const auto parsed = parse_keys("keys:\n  sk-a: *sk-secret-0123456789\n", "f.yaml");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "f.yaml:2:9: this is not YAML: the referenced anchor is not defined");
}

TEST(key_file, limits_may_be_shared_by_an_alias) {
  EXPECT_EQ(must_parse("keys:\n  sk-a: &small {request_per_minute: 1}\n  sk-b: *small\n")[1].limits.requests,
            1U);
}

TEST(key_file, says_where_and_what_would_be_right) {
  const std::string number =
      "; write a whole number from 0 (admits nothing) to 4294967294, or leave the field out for unlimited";
  const struct {
    std::string_view yaml;
    std::string message;
  } table[] = {
      {"keys:\n  sk-a: {request_per_minut: 1}\n",
       "f.yaml:2:10: key ********: unknown field \"request_per_minut\"; did you mean "
       "\"request_per_minute\"?"},
      {"keys:\n  sk-a: {requests_per_minute: 1}\n",
       "f.yaml:2:10: key ********: unknown field \"requests_per_minute\"; did you mean "
       "\"request_per_minute\"?"},
      {"keys:\n  sk-a: {rpm: 1}\n",
       "f.yaml:2:10: key ********: unknown field \"rpm\"; allowed fields: request_per_minute, "
       "input_tokens_per_minute, "
       "output_tokens_per_minute"},
      {"keys:\n  sk-a: {}\nnotes: {}\n", "f.yaml:3:1: unknown field \"notes\"; allowed fields: keys"},
      {"keys:\n  sk-a: {}\nsk-b: {}\n", "f.yaml:3:1: unknown field \"********\"; allowed fields: keys"},
      {"keys:\n  sk-a: {}\n01234567890123456789012345678901234567890: {}\n",
       "f.yaml:3:1: unknown field \"012********7890\"; allowed fields: keys"},
      {"keys:\n  sk-a: {request_per_minute: -1}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"-1\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 1.5}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"1.5\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 1e3}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"1e3\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 0x10}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"0x10\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 010}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"010\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 1_000}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"1_000\"" + number},
      {"keys:\n  sk-a: {request_per_minute: \"5\"}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"5\" in quotes" + number},
      {"keys:\n  sk-a: {request_per_minute: many}\n",
       "f.yaml:2:30: key ********: request_per_minute is \"many\"" + number},
      {"keys:\n  sk-a: {request_per_minute: 4294967295}\n",
       "f.yaml:2:30: key ********: request_per_minute is too large" + number},
      {"keys:\n  sk-a: {request_per_minute: 99999999999999999999}\n",
       "f.yaml:2:30: key ********: request_per_minute is too large" + number},
      {"keys:\n  sk-a: {request_per_minute: }\n",
       "f.yaml:2:10: key ********: request_per_minute has no value" + number},
      {"keys:\n  sk-a: {request_per_minute: null}\n",
       "f.yaml:2:10: key ********: request_per_minute has no value" + number},
      {"keys:\n  sk-a: {request_per_minute: [1]}\n",
       "f.yaml:2:30: key ********: request_per_minute is not a number" + number},
      {"keys:\n  sk-a: {request_per_minute: 1, request_per_minute: 2}\n",
       "f.yaml:2:33: key ********: request_per_minute is repeated; keep one of the two"},
      {"keys:\n  sk-a: {request_per_minute: 1}\n  sk-a: {request_per_minute: 2}\n",
       "f.yaml:3:3: key ******** is repeated (first in line 2); keep one of the two"},
      {"keys:\n  '': {request_per_minute: 1}\n",
       "f.yaml:2:3: a key is empty; write the text that clients send behind \"Bearer\", such as sk-your-key"},
      {"keys:\n  'sk a': {}\n",
       "f.yaml:2:3: key ******** contains spaces, control characters or non-ASCII characters, "
       "which no client can send"},
      {"keys:\n  \"sk\\ta\": {}\n",
       "f.yaml:2:3: key ******** contains spaces, control characters or non-ASCII characters, "
       "which no client can send"},
      {"keys:\n  sk-é: {}\n",
       "f.yaml:2:3: key ******** contains spaces, control characters or non-ASCII characters, "
       "which no client can send"},
      {"keys:\n  sk-a: 5\n",
       "f.yaml:2:9: behind key ******** its limits were expected; write {request_per_minute: 120, …}, or {} "
       "for unlimited"},
  };
  for (const auto& row : table) EXPECT_EQ(error_of(row.yaml), row.message) << row.yaml;
}

TEST(key_file, shows_the_whole_form_where_the_shape_is_wrong) {
  const struct {
    std::string_view yaml, begin;
  } table[] = {
      {"", "f.yaml:1:1: is empty; write\nkeys:\n"},
      {"# only a comment\n", "f.yaml:1:1: is empty; write\nkeys:\n"},
      {"[]", "f.yaml:1:1: the field \"keys\" was expected here; write\nkeys:\n"},
      {"sk-a", "f.yaml:1:1: the field \"keys\" was expected here; write\nkeys:\n"},
      {"{}", "f.yaml:1:1: the field \"keys\" is missing; write\nkeys:\n"},
      {"kees: {}\n", "f.yaml:1:1: unknown field \"kees\"; did you mean \"keys\"?"},
      {"keys: [sk-a]\n", "f.yaml:1:7: \"keys\" must hold at least one key with its limits; write\nkeys:\n"},
      {"keys: {}\n", "f.yaml:1:7: \"keys\" must hold at least one key with its limits; write\nkeys:\n"},
      {"keys: {a: {}}\nkeys: {b: {}}\n", "f.yaml:2:1: the field \"keys\" is repeated; merge the two"},
      {"keys: {a: {}}\n---\nkeys: {b: {}}\n",
       "f.yaml:2:1: a second document begins here; a key file has only one document"},
      {"keys: {sk-a: {request_per_minute: 1}\n", "f.yaml:2:1: this is not YAML: "},
      {"keys:\n\t- a\n", "f.yaml:2:"},
      {"keys: *nobody\n", "f.yaml:1:"}};
  for (const auto& row : table)
    EXPECT_EQ(error_of(row.yaml).substr(0, row.begin.size()), row.begin) << row.yaml;
}

TEST(key_file, a_key_without_limits_asks_for_braces) {
  EXPECT_NE(error_of("keys:\n  sk-a:\n").find("has no limits; write {} behind it"), std::string::npos);
}

TEST(key_file, no_error_holds_a_whole_key) {
  constexpr std::string_view key = "sk-0123456789abcdef-secret";
  const std::string quoted = "'" + std::string(key) + "'";
  for (const std::string& yaml :
       {"keys:\n  " + std::string(key) + ": {rpm: 1}\n", "keys:\n" + std::string(key) + ": {}\n",
        std::string(key) + ": {}\n",
        "keys:\n  " + std::string(key) + ": {}\n  " + std::string(key) + ": {}\n",
        "keys:\n  " + std::string(key) + ": 5\n", "keys: {a: {" + std::string(key) + ": 5}}\n",
        "keys: {a: {request_per_minute: " + std::string(key) + "}}\n",
        "keys: {a: {request_per_minute: " + quoted + "}}\n", "keys: [" + std::string(key) + "]\n",
        std::string(key), "keys: {" + std::string(key) + ": {request_per_minute: 1}\n",
        "keys: *" + std::string(key) + "\n", "keys:\n  '" + std::string(key) + " x': {}\n"}) {
    EXPECT_EQ(error_of(yaml).find(key), std::string::npos) << error_of(yaml);
  }
}

TEST(key_file, a_bomb_of_brackets_is_an_error) {
  EXPECT_NE(error_of("keys: " + std::string(100'000, '[')), "");
  EXPECT_NE(error_of(std::string(100'000, '{')), "");
}

TEST(key_file, a_stray_comma_is_an_error_not_documents_without_end) {
  EXPECT_NE(error_of(",keys: {a: {}}"), "");
  EXPECT_NE(error_of("keys: {a: {}}\n,"), "");
  EXPECT_NE(error_of("keys: {a: {}}\n---\n,"), "");
}

TEST(key_file, inline_entries_replace_the_files_and_add_to_them) {
  const folder here;
  const std::string file =
      here.write("k.yaml", "keys: {sk-a: {request_per_minute: 1}, sk-b: {request_per_minute: 2}}");
  const auto keys =
      load_keys(file, "keys: {sk-c: {request_per_minute: 4}, sk-b: {input_tokens_per_minute: 3}}");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 3U);
  EXPECT_EQ((*keys)[0].limits.requests, 1U);
  EXPECT_EQ((*keys)[1].limits, (limit::limits{unlimited, 3, unlimited}));
  EXPECT_EQ((*keys)[2].key, "sk-c");
}

TEST(key_file, either_source_will_do) {
  const folder here;
  EXPECT_TRUE(load_keys(here.write("k.yaml", "keys: {sk-a: {}}"), ""));
  EXPECT_TRUE(load_keys("", "keys: {sk-a: {}}"));
  EXPECT_FALSE(load_keys("", ""));
}

TEST(key_file, an_absent_default_file_is_no_error_beside_inline_keys_but_a_named_one_is) {
  const folder here;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(here.path());
  EXPECT_TRUE(load_keys("api_keys.yaml", "keys: {sk-a: {}}"));
  EXPECT_FALSE(load_keys("api_keys.yaml", ""));
  EXPECT_FALSE(load_keys("other.yaml", "keys: {sk-a: {}}"));
  std::filesystem::current_path(before);
}

TEST(key_file, an_absent_file_and_a_folder_are_named_with_what_to_do) {
  const folder here;
  const std::string absent = here.path() + "/nowhere.yaml";
  EXPECT_EQ(
      load_keys(absent, "").error().message.rfind(absent + ": no such file; write your keys into it", 0), 0U);
  EXPECT_NE(load_keys(absent, "").error().message.find("examples/api_keys.yaml"), std::string::npos);
  EXPECT_EQ(load_keys(here.path(), "").error().message.rfind(here.path() + ": this is a folder", 0), 0U);
}

TEST(key_file, errors_of_inline_yaml_name_the_variable) {
  EXPECT_EQ(load_keys("", "keys: {a: 5}").error().message.rfind("API_KEYS:1:11: ", 0), 0U);
}

TEST(key_file, a_file_has_a_largest_size) {
  const folder here;
  const std::string file = here.write("large", std::string(100, 'x'));
  EXPECT_TRUE(config::read_file(file, 100));
  EXPECT_EQ(config::read_file(file, 99).error().message, file + ": larger than 99 bytes");
}

}  // namespace
}  // namespace weir::policy
