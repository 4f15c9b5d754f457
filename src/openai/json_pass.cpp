#include "openai/json_pass.hpp"

namespace weir::openai {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string json_path::text() const {
  std::string text;
  for (std::size_t i = 0; i < depth_ && i < places_.size(); ++i) {
    if (places_[i].name.empty()) {
      text += "[" + std::to_string(places_[i].index) + "]";
    } else {
      if (!text.empty()) text += ".";
      text += places_[i].name;
    }
  }
  return text;
}

json_look json_pass::look_at(std::string_view token) const {
  // A bracket too few leads simdjson to its sentinel behind the body, where a token has no length worth
  // believing.
  const char* const body_end = body_.data() + body_.size();
  if (token.data() < body_.data() || token.data() >= body_end) return {};
  const auto room = static_cast<std::size_t>(body_end - token.data());
  token = without_trailing_space(token.substr(0, room));
  if (token.empty()) return {};
  switch (token.front()) {
    case '{': return {json_kind::object};
    case '[': return {json_kind::array};
    case '"': break;
    default: return {scalar_kind(token), token};
  }
  if (token.size() < 2 || token.back() != '"') return {};
  const std::string_view inside = token.substr(1, token.size() - 2);
  return escapes_are_valid(inside) ? json_look{json_kind::string, inside} : json_look{};
}

json_look json_pass::look(value& v) {
  const json_look found = look_at(v.raw_json_token());
  if (found.kind != json_kind::string) return found;
  // Left alone, simdjson would take a string before a colon for a key and lose its place; numbers and words
  // it skips rightly.
  return v.get_raw_json_string().error() ? json_look{} : found;
}

bool json_pass::walk(value& v, json_kind found, unsigned depth) {
  if (found == json_kind::broken || depth > max_depth) return broken();
  if (found == json_kind::object) {
    return each_field_of(
        v, [&](std::string_view, value& member) { return walk(member, look(member).kind, depth + 1); });
  }
  if (found == json_kind::array) {
    return each_item(v, [&](std::size_t, value& item) { return walk(item, look(item).kind, depth + 1); });
  }
  return true;
}

bool json_pass::walk_raw(value& v, json_kind found, std::string_view& raw) {
  const char* const begin = std::string_view(v.raw_json_token()).data();
  if (!walk(v, found)) return false;
  const char* end = nullptr;  // the token behind the value
  if (document_.current_location().get(end)) return broken();
  raw = without_trailing_space({begin, static_cast<std::size_t>(end - begin)});
  return true;
}

json_kind json_pass::root_kind() {
  std::string_view token;
  if (document_.raw_json_token().get(token)) return json_kind::broken;
  const json_look found = look_at(token);
  const bool scalar = found.kind != json_kind::object && found.kind != json_kind::array;
  // A scalar must be all there is: its token ends where the body does.
  return scalar && token.data() + token.size() != body_.data() + body_.size() ? json_kind::broken
                                                                              : found.kind;
}

bool json_pass::walk_root() {
  document_.rewind();
  const json_kind kind = root_kind();
  if (kind != json_kind::object && kind != json_kind::array)
    return kind == json_kind::broken ? broken() : true;
  value root;
  if (document_.get_value().get(root) || !walk(root, kind)) return broken();
  return nothing_follows();
}

bool json_pass::nothing_follows() {
  return document_.current_location().error() == simdjson::OUT_OF_BOUNDS ? true : broken();
}

bool json_pass::read_key(simdjson::ondemand::field& field, std::string_view& key) {
  const char* const begin = field.key().raw();
  const char* const body_end = body_.data() + body_.size();
  if (begin < body_.data() || begin >= body_end) return false;
  const std::string_view rest(begin, static_cast<std::size_t>(body_end - begin));
  key = rest.substr(0, rest.find('"'));
  if (key.find('\\') == std::string_view::npos) return true;
  std::size_t end = 0;  // with escapes, the first quote may be one of the key's own
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  key = rest.substr(0, end);
  if (end >= rest.size() || !escapes_are_valid(key)) return false;
  escaped_key_.clear();
  append_unescaped(escaped_key_, key);
  key = escaped_key_;
  return true;
}

}  // namespace weir::openai
