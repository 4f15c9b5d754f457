#include "policy/key_file.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "base/mask_key.hpp"
#include "base/text.hpp"
#include "config/nearest.hpp"
#include "config/read_file.hpp"
#include "config/settings.hpp"

namespace weir::policy {
namespace {

constexpr std::size_t most_file_bytes = 64U << 20U;  // room for a million keys
constexpr std::size_t longest_key = 4096;            // half of the largest request head

constexpr std::string_view keys_field = "keys";
constexpr std::array<std::string_view, limit::metric_count> limit_fields{
    "request_per_minute", "input_tokens_per_minute", "output_tokens_per_minute"};
constexpr std::string_view form =
    "write\nkeys:\n  sk-your-key: {request_per_minute: 120, input_tokens_per_minute: 20000, "
    "output_tokens_per_minute: 10000}";

// Field names are shown, but a key in the place of a field is masked: a name that begins like a key, or that
// is longer than any field.
std::string shown_field(std::string_view name) {
  constexpr std::size_t longest_field = 40;
  return name.starts_with("sk-") || name.size() > longest_field ? mask_key(name) : std::string(name);
}

std::string unknown_field(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view meant = config::nearest(name, known);
  std::string list;
  for (const std::string_view one : known) list += joined({list.empty() ? "" : ", ", one});
  if (!meant.empty())
    return joined({"unknown field \"", shown_field(name), "\"; did you mean \"", meant, "\"?"});
  return joined({"unknown field \"", shown_field(name), "\"; allowed fields: ", list});
}

bool may_be_sent(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// Shows a text that is in the place of a number: short texts, and digits and signs. A longer text could be a
// key.
std::string shown_value(std::string_view text) {
  const bool like_a_number =
      text.find_first_not_of("0123456789+-.,_eE") == std::string_view::npos && text.size() <= 40;
  return like_a_number || text.size() <= 12 ? joined({"\"", text, "\""}) : "a text";
}

// Receives the events of a document and keeps only its begin.
struct document_start final : YAML::EventHandler {
  YAML::Mark begin;

  void OnDocumentStart(const YAML::Mark& mark) override { begin = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

// Finds the begin of a second document. YAML::LoadAll is of no use: yaml-cpp 0.7 finds endless documents
// behind a stray comma.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  document_start start;
  if (parser.HandleNextDocument(start) && parser.HandleNextDocument(start)) return start.begin;
  return std::nullopt;
}

// yaml-cpp's description of a syntax error. yaml-cpp 0.8 appends text of the file (an undefined anchor)
// behind a colon, which could be a key, so only the part before it is used.
std::string what_is_wrong(const YAML::Exception& e) { return e.msg.substr(0, e.msg.find(':')); }

// Parses one text. Every function returns the error that it found, if any.
class key_parser {
 public:
  explicit key_parser(std::string_view source) : source_(source) {}

  result<std::vector<key_entry>> parse(std::string_view yaml);

 private:
  error at(const YAML::Mark& mark, std::string_view what) const;
  result<void> read_root(const YAML::Node& root);
  result<void> read_keys(const YAML::Node& keys);
  result<void> check_key(const YAML::Node& key, std::string_view shown);
  result<void> read_entry(const YAML::Node& entry, const std::string& shown, limit::limits& into);
  result<void> read_limit(const YAML::Node& field, const YAML::Node& value, const std::string& shown,
                          std::uint32_t& into);

  std::string_view source_;
  std::vector<key_entry> entries_;
  std::unordered_map<std::string, int> line_of_;  // from a key to its index
};

error key_parser::at(const YAML::Mark& mark, std::string_view what) const {
  if (mark.is_null()) return error{joined({source_, ": ", what})};
  return error{joined(
      {source_, ":", std::to_string(mark.line + 1), ":", std::to_string(mark.column + 1), ": ", what})};
}

result<std::vector<key_entry>> key_parser::parse(std::string_view yaml) {
  try {
    const std::string text(yaml);
    if (const auto read = read_root(YAML::Load(text)); !read) return read.error();
    if (const auto second = second_document(text))
      return at(*second, "a second document begins here; a key file has only one document");
  } catch (const YAML::Exception& e) {
    return at(e.mark, joined({"this is not YAML: ", what_is_wrong(e)}));
  }
  return std::move(entries_);
}

result<void> key_parser::read_root(const YAML::Node& root) {
  if (!root || root.IsNull()) return at({}, joined({"is empty; ", form}));
  if (!root.IsMap()) return at(root.Mark(), joined({"the field \"keys\" was expected here; ", form}));
  const YAML::Node* found = nullptr;
  YAML::Node keys;
  for (const auto& field : root) {
    const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
    if (name != keys_field) return at(field.first.Mark(), unknown_field(name, std::span(&keys_field, 1)));
    if (found != nullptr) return at(field.first.Mark(), "the field \"keys\" is repeated; merge the two");
    keys.reset(field.second);
    found = &keys;
  }
  if (found == nullptr) return at(root.Mark(), joined({"the field \"keys\" is missing; ", form}));
  return read_keys(keys);
}

result<void> key_parser::read_keys(const YAML::Node& keys) {
  if (!keys.IsMap() || keys.size() == 0) {
    return at(keys.Mark(), joined({"\"keys\" must hold at least one key with its limits; ", form}));
  }
  for (const auto& field : keys) {
    const std::string key = field.first.IsScalar() ? field.first.Scalar() : "";
    const std::string shown = mask_key(key);
    if (const auto good = check_key(field.first, shown); !good) return good;
    limit::limits most;
    if (const auto read = read_entry(field.second, shown, most); !read) return read;
    entries_.push_back({key, most});
  }
  return {};
}

result<void> key_parser::check_key(const YAML::Node& key, std::string_view shown) {
  if (!key.IsScalar() || key.Scalar().empty()) {
    return at(key.Mark(),
              "a key is empty; write the text that clients send behind \"Bearer\", such as sk-your-key");
  }
  const std::string& text = key.Scalar();
  if (!may_be_sent(text)) {
    return at(
        key.Mark(),
        joined({"key ", shown,
                " contains spaces, control characters or non-ASCII characters, which no client can send"}));
  }
  if (text.size() > longest_key) {
    return at(key.Mark(),
              joined({"key ", shown, " is longer than ", std::to_string(longest_key), " characters"}));
  }
  const auto [place, is_new] = line_of_.emplace(text, key.Mark().line + 1);
  if (is_new) return {};
  return at(key.Mark(), joined({"key ", shown, " is repeated (first in line ", std::to_string(place->second),
                                "); keep one of the two"}));
}

result<void> key_parser::read_entry(const YAML::Node& entry, const std::string& shown, limit::limits& into) {
  if (entry.IsNull())
    return at(entry.Mark(),
              joined({"key ", shown, " has no limits; write {} behind it if it is meant to be unlimited"}));
  if (!entry.IsMap()) {
    return at(entry.Mark(),
              joined({"behind key ", shown,
                      " its limits were expected; write {request_per_minute: 120, …}, or {} for "
                      "unlimited"}));
  }
  std::array<bool, limit::metric_count> seen{};
  for (const auto& field : entry) {
    const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
    const auto* const known = std::find(limit_fields.begin(), limit_fields.end(), name);
    if (known == limit_fields.end())
      return at(field.first.Mark(), joined({"key ", shown, ": ", unknown_field(name, limit_fields)}));
    const auto which = static_cast<std::size_t>(known - limit_fields.begin());
    if (seen[which]) {
      return at(field.first.Mark(), joined({"key ", shown, ": ", name, " is repeated; keep one of the two"}));
    }
    seen[which] = true;
    if (const auto read = read_limit(field.first, field.second, shown, into[limit::all_metrics[which]]);
        !read)
      return read;
  }
  return {};
}

result<void> key_parser::read_limit(const YAML::Node& field, const YAML::Node& value,
                                    const std::string& shown, std::uint32_t& into) {
  const std::string name = joined({"key ", shown, ": ", field.Scalar()});
  constexpr std::string_view right =
      "write a whole number from 0 (admits nothing) to 4294967294, or leave the field out for unlimited";
  if (value.IsNull()) return at(field.Mark(), joined({name, " has no value; ", right}));
  if (!value.IsScalar()) return at(value.Mark(), joined({name, " is not a number; ", right}));
  const std::string& text = value.Scalar();
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) && !text.empty();
  const bool quoted = value.Tag() == "!";
  if (!digits || quoted || (text.size() > 1 && text[0] == '0')) {
    return at(value.Mark(),
              joined({name, " is ", shown_value(text), quoted ? " in quotes" : "", "; ", right}));
  }
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  if (read.ec == std::errc{} && into <= limit::limits::largest) return {};
  return at(value.Mark(), joined({name, " is too large; ", right}));
}

void replace_or_add(std::vector<key_entry>& entries, std::vector<key_entry> others) {
  std::unordered_map<std::string_view, std::size_t> place_of;
  for (std::size_t i = 0; i < entries.size(); ++i) place_of.emplace(entries[i].key, i);
  std::vector<key_entry> added;
  for (key_entry& other : others) {
    const auto place = place_of.find(other.key);
    if (place != place_of.end()) {
      entries[place->second].limits = other.limits;
    } else {
      added.push_back(std::move(other));
    }
  }
  for (key_entry& one : added) entries.push_back(std::move(one));
}

}  // namespace

result<std::vector<key_entry>> parse_keys(std::string_view yaml, std::string_view source) {
  return key_parser(source).parse(yaml);
}

result<std::vector<key_entry>> load_keys(const std::string& file, const std::string& inline_yaml) {
  constexpr std::string_view remedy =
      "; write your keys into it (examples/api_keys.yaml shows how), name another with --api-keys-file or "
      "API_KEYS_FILE, or give the "
      "same YAML in API_KEYS";
  std::vector<key_entry> entries;
  const bool may_be_absent = !inline_yaml.empty() && file == config::settings{}.api_keys_file;
  if (file.empty() && inline_yaml.empty()) return error{joined({"no API keys: no file is named", remedy})};
  if (!file.empty() && !(may_be_absent && config::is_absent(file))) {
    const auto text = config::read_file(file, most_file_bytes);
    if (!text) return error{text.error().message + std::string(remedy)};
    auto parsed = parse_keys(*text, file);
    if (!parsed) return parsed;
    entries = std::move(*parsed);
  }
  if (inline_yaml.empty()) return entries;
  auto others = parse_keys(inline_yaml, "API_KEYS");
  if (!others) return others;
  replace_or_add(entries, std::move(*others));
  return entries;
}

}  // namespace weir::policy
