// Reads one JSON body in one pass: simdjson finds the tokens, this class checks each of them, and errors know
// the path of their field.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "openai/api_error.hpp"
#include "openai/json_text.hpp"

namespace weir::openai {

// The path of the current field: "messages[0].content[2].type". Names must outlive their step (they are
// literals, or lie in the body).
class json_path {
 public:
  void enter(std::string_view name) { push({name, 0}); }
  void enter(std::size_t index) { push({{}, index}); }
  void leave() { --depth_; }
  std::string text() const;

  // Enters a field or an index until the end of the block.
  class step {
   public:
    template <class NameOrIndex>
    step(json_path& path, NameOrIndex where) : path_(path) {
      path_.enter(where);
    }
    ~step() { path_.leave(); }
    step(const step&) = delete;
    step& operator=(const step&) = delete;

   private:
    json_path& path_;
  };

 private:
  struct level {
    std::string_view name;  // empty for an index
    std::size_t index = 0;
  };
  void push(level l) {
    if (depth_ < levels_.size()) levels_[depth_] = l;
    ++depth_;
  }
  std::array<level, 12> levels_;  // the fields of a chat request have at most 7 levels
  std::size_t depth_ = 0;
};

// The kind of a value, and the text of a scalar; for a string the text between the quotes, with valid escapes
// that are not yet replaced.
struct json_token {
  json_kind kind = json_kind::broken;
  std::string_view text{};
};

// A function that fails returns false, take_error() says why, and the pass is over. simdjson's on-demand API
// checks only the tokens that are read, so this class reads every token: brackets, keys and commas by
// iterating, scalars by their own grammar (on-demand reports "nul" as a wrong type, and a lone surrogate or
// 1e400 as invalid).
class json_reader {
 public:
  using value = simdjson::ondemand::value;
  // The levels inside a field. Deeper nesting is rejected as invalid JSON.
  static constexpr unsigned max_depth = 256;

  json_reader(simdjson::ondemand::document& document, std::string_view body)
      : document_(document), body_(body) {}

  // The error. Call once, after a function returned false.
  api_error take_error() { return std::move(error_); }

 protected:
  // The kind of `v`. A scalar is consumed by this; an object or array must be read next.
  json_token peek(value& v);
  // Skips the value that peek() returned.
  bool skip(value& v, json_kind found, unsigned depth = 0);
  // Skips an object or array and returns its JSON as it was sent.
  bool skip_raw(value& v, json_kind found, std::string_view& raw);
  json_kind root_kind();
  // Reads the whole body from its beginning. True where it is valid JSON.
  bool skip_root();
  // Call after the root was read. False where something other than white space follows it.
  bool nothing_follows();

  // Calls on_field(key, value&) for each field; stops when that returns false. `key` is unescaped and lives
  // until the next key is read.
  template <class F>
  bool each_field(simdjson::ondemand::object object, F&& on_field);
  // Calls on_item(index, value&) for each item; stops when that returns false.
  template <class F>
  bool each_item(value& array, F&& on_item);
  template <class F>
  bool each_field_of(value& v, F&& on_field) {
    simdjson::ondemand::object object;
    return v.get_object().get(object) ? broken() : each_field(object, std::forward<F>(on_field));
  }

  bool fail(api_error e) {
    error_ = std::move(e);
    return false;
  }
  bool broken() {
    broken_ = true;
    return fail(not_json());
  }
  // True where the body is not JSON; otherwise a field is wrong.
  bool is_broken() const { return broken_; }
  std::string here() const { return path_.text(); }

  simdjson::ondemand::document& document_;
  std::string_view body_;
  json_path path_;

 private:
  // The kind of a token as simdjson found it, with its text. `token` may reach beyond its end.
  json_token classify(std::string_view token) const;
  bool read_key(simdjson::ondemand::field& field, std::string_view& key);

  api_error error_;
  bool broken_ = false;
  std::string escaped_key_;
};

template <class F>
bool json_reader::each_field(simdjson::ondemand::object object, F&& on_field) {
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (std::move(entry).get(field)) return broken();
    std::string_view key;
    if (!read_key(field, key)) return broken();
    value& v = field.value();
    if (!on_field(key, v)) return false;
  }
  return true;
}

template <class F>
bool json_reader::each_item(value& array, F&& on_item) {
  simdjson::ondemand::array items;
  if (array.get_array().get(items)) return broken();
  std::size_t index = 0;
  for (auto item : items) {
    value v;
    if (std::move(item).get(v)) return broken();
    if (!on_item(index++, v)) return false;
  }
  return true;
}

}  // namespace weir::openai
