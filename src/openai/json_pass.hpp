// One pass over one body: simdjson finds the tokens, each of them is looked at here, and an error knows the
// path to its place.
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

// Where a pass is: "messages[0].content[2].type". Names must outlive their step (they are literals, or lie in
// the body).
class json_path {
 public:
  void enter(std::string_view name) { push({name, 0}); }
  void enter(std::size_t index) { push({{}, index}); }
  void leave() { --depth_; }
  std::string text() const;

  // Enters for as long as it lives.
  class step {
   public:
    template <class Place>
    step(json_path& path, Place place) : path_(path) {
      path_.enter(place);
    }
    ~step() { path_.leave(); }
    step(const step&) = delete;
    step& operator=(const step&) = delete;

   private:
    json_path& path_;
  };

 private:
  struct place {
    std::string_view name;  // empty: an index
    std::size_t index = 0;
  };
  void push(place p) {
    if (depth_ < places_.size()) places_[depth_] = p;
    ++depth_;
  }
  std::array<place, 12> places_;  // the deepest the fields of a chat request go is 7
  std::size_t depth_ = 0;
};

// What a value is; of a scalar also its text: of a string what is between the quotes, its escapes valid but
// still there.
struct json_look {
  json_kind kind = json_kind::broken;
  std::string_view text{};
};

// Every function that may fail returns false, and take_error() says why; after that the pass is over.
// simdjson's on-demand API checks only what is asked for, so this asks for every token: brackets, keys,
// commas by iterating, scalars by their own grammar (on-demand takes "nul" for a wrong type, and calls a lone
// surrogate or 1e400 invalid).
class json_pass {
 public:
  using value = simdjson::ondemand::value;
  static constexpr unsigned max_depth =
      256;  // of what is nested in a field; a bomb is not JSON we could read

  json_pass(simdjson::ondemand::document& document, std::string_view body)
      : document_(document), body_(body) {}

  // Call once, after something returned false.
  api_error take_error() { return std::move(error_); }

 protected:
  // What v is. A scalar is done with after this; an object or array waits to be read.
  json_look look(value& v);
  // Reads what look() found to the end.
  bool walk(value& v, json_kind found, unsigned depth = 0);
  // Reads an object or array to the end and gives its JSON as it stands in the body.
  bool walk_raw(value& v, json_kind found, std::string_view& raw);
  // The root: which kind it is, and all of it to its end.
  json_kind root_kind();
  bool walk_root();
  bool nothing_follows();

  // Calls on_field(key, value&) for each; stops when that returns false. `key` is unescaped and lives until
  // the next key is read.
  template <class F>
  bool each_field(simdjson::ondemand::object object, F&& on_field);
  // Calls on_item(index, value&) for each; stops when that returns false.
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
  // What failed is not JSON at all; else some field of it is wrong.
  bool is_broken() const { return broken_; }
  std::string here() const { return path_.text(); }

  simdjson::ondemand::document& document_;
  std::string_view body_;
  json_path path_;

 private:
  json_look look_at(std::string_view token) const;
  bool read_key(simdjson::ondemand::field& field, std::string_view& key);

  api_error error_;
  bool broken_ = false;
  std::string escaped_key_;
};

template <class F>
bool json_pass::each_field(simdjson::ondemand::object object, F&& on_field) {
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
bool json_pass::each_item(value& array, F&& on_item) {
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
